# Les courriels. Les clés sont les mêmes dans en/mail.ftl : un test le vérifie.

mail-subject-added = Nouvelle classe virtuelle : { $title }, { $when }
mail-subject-moved = Classe virtuelle déplacée : { $title }, { $when }
mail-subject-cancelled = Classe virtuelle annulée : { $title }, { $when }
mail-subject-plan = { $count ->
    [one] Votre classe virtuelle
   *[other] Vos { $count } classes virtuelles
 } à partir du { $day }
mail-subject-changes = { $count } changements dans vos classes virtuelles à partir du { $day }
mail-hello = Bonjour { $name },
mail-lead-added = { $count ->
    [one] une classe virtuelle s’ajoute à votre planning
   *[other] le planning est publié : voici vos { $count } classes virtuelles
 }, à { $school }.
mail-lead-moved = une de vos classes virtuelles change d’heure, à { $school }.
mail-lead-cancelled = une de vos classes virtuelles n’aura pas lieu, à { $school }.
mail-lead-changes = le planning a changé : { $count } de vos classes virtuelles sont concernées, à { $school }.
mail-mark-added = Nouveau
mail-mark-moved = Déplacé
mail-mark-cancelled = Annulé
mail-before = avant : { $when }
mail-zone = Heures de { $zone }.
mail-calendar = { $count ->
    [one] Ouvrez le fichier joint pour mettre cette classe à jour dans votre calendrier.
   *[other] Ouvrez le fichier joint pour mettre ces classes à jour dans votre calendrier.
 }
mail-link = Voir la semaine
mail-why = Vous recevez ce message parce que vous enseignez à { $school }. Il est envoyé automatiquement.
