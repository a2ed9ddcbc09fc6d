# Les pages des administrateurs. Les clés sont les mêmes dans en/admin.ftl.

# Le cadre
admin-cancel = Annuler
admin-save = Enregistrer
admin-tabs = Pages voisines
admin-deeds = Actions
admin-state = État
admin-pages = { $from } à { $to } sur { $all }
admin-pages-moves = Autres pages
admin-pages-previous = Précédents
admin-pages-next = Suivants
admin-older = Plus anciens
admin-of = { $some } sur { $all }
admin-connections = Connexions
admin-account = Compte
admin-copy = Copier
admin-copied = Copié
admin-secret = Secret
admin-export = Exporter en CSV
admin-outdated = Quelqu’un d’autre a modifié cela entre-temps. Regardez l’état présent, puis recommencez.
admin-error-number = Écrivez un nombre entier, zéro ou plus.
admin-error-day = Choisissez une date.
admin-error-time = Écrivez une heure, comme 08:30.
admin-error-instant = Choisissez une date et une heure.
admin-error-order = La fin doit venir après le début.
admin-error-hours = Écrivez des heures comme 8:00-12:15, 13:15-18:00, ou rien.
admin-tab-groups = Groupes
admin-tab-import = Importer
admin-tab-feeds = Calendriers
admin-tab-teachers = Professeurs
admin-tab-invitations = Invitations
admin-tab-capacity = Capacité
admin-tab-overloads = Ce qui ne tient plus
admin-tab-calendar = Établissement et jours fermés
admin-tab-rules = Délais
admin-tab-rounds = Tours
admin-tab-sessions = Classes et attente
admin-tab-outbox = Courriels
admin-tab-webhooks = Webhooks
admin-tab-tokens = Clés d’accès
admin-done-saved = C’est enregistré.
admin-done-group-added = Le groupe est ajouté.
admin-done-group-changed = Le groupe est modifié.
admin-done-group-deleted = Le groupe est supprimé.
admin-done-teacher-added = Le professeur est ajouté.
admin-done-teacher-changed = La fiche est modifiée.
admin-done-teacher-deleted = Le professeur est supprimé.
admin-done-teacher-erased = La personne est effacée. Ses classes restent.
admin-done-imported = Le tableau est importé.
admin-done-invited-all = { $count ->
    [0] Personne n’était à inviter.
    [one] Une invitation part par courriel.
   *[other] { $count } invitations partent par courriel.
}
admin-done-invited = L’invitation est envoyée.
admin-done-invitation-withdrawn = L’invitation est retirée : son lien ne vaut plus rien.
admin-done-feed-revoked = Le calendrier est révoqué : son adresse ne marche plus.
admin-done-round-opened = Le tour est ouvert. Les professeurs en sont avertis.
admin-done-round-closed = Le tour est fermé : plus aucun souhait n’entre.
admin-done-round-reopened = Le tour reçoit de nouveau des souhaits.
admin-done-round-deleted = Le tour est supprimé.
admin-done-round-archived = Le tour est archivé : il ne fait plus que se lire.
admin-done-pinned = La classe est fixée. Le prochain calcul la laissera là.
admin-done-unpinned = La classe n’est plus fixée.
admin-done-published = Le plan est publié. Calendriers et courriels suivent.
admin-done-session-same = Rien n’a changé : la classe était déjà à cette heure.
admin-done-session-moved = La classe est déplacée. Ses professeurs en sont avertis.
admin-done-session-cancelled = La classe est annulée. Ses professeurs en sont avertis.
admin-done-waiting-deleted = La classe n’attend plus.
admin-done-mail-resent = Le courriel repart.
admin-done-mail-withdrawn = Le courriel est retiré : il ne partira pas.
admin-done-webhook-deleted = Le webhook est supprimé.
admin-done-pinged = Un essai est en route.
admin-done-token-revoked = La clé est révoquée.

# Groupes
admin-groups-title = Groupes
admin-groups-lead = Les classes de l’établissement, leurs moitiés et leurs groupes de langue. Aucun nom d’élève : l’effectif suffit.
admin-groups-none = Aucun groupe pour l’instant
admin-groups-none-text = Importez le tableau de vos classes, ou ajoutez-en une avec le formulaire.
admin-groups-count = { $count ->
    [0] 0 groupe
    [one] Un groupe
   *[other] { $count } groupes
 }
admin-groups-heads = { $count ->
    [0] aucun élève
    [one] Un élève en tout
   *[other] { $count } élèves en tout
 }
admin-group-column = Groupe
admin-group-new = Ajouter un groupe
admin-group-add = Ajouter
admin-group-name = Nom
admin-group-name-hint = Comme on le dit : 4e F.
admin-group-headcount = Élèves
admin-group-attendance = Présence habituelle, en pour cent
admin-group-attendance-hint = 100 si tous les élèves se connectent.
admin-group-attendance-short = Présence
admin-group-overlaps = A des élèves en commun avec
admin-group-overlaps-hint = Ces groupes n’ont jamais classe en même temps.
admin-group-with = élèves communs : { $groups }
admin-group-delete = Supprimer le groupe
admin-group-delete-sure = Ses calendriers partent aussi. Un groupe qui a des souhaits ou des classes est conservé.
admin-group-delete-do = Supprimer le groupe pour de bon

# Importer
admin-import-lead = Une ligne par groupe ou professeur, comme l’export l’écrit. Rien ne change avant que vous ayez vu et confirmé les différences.
admin-import-do = Importer
admin-import-groups-title = Importer des groupes
admin-import-teachers-title = Importer des professeurs
admin-import-groups-example = Par exemple : nom;effectif sur la première ligne, puis 4e F;27.
admin-import-teachers-example = Par exemple : nom;adresse sur la première ligne, puis Mme Bernard;c.bernard@exemple.fr.
admin-import-choose = Choisir un tableau
admin-import-columns = Colonnes possibles : { $columns }. Point-virgule ou virgule.
admin-import-file = Fichier CSV
admin-import-paste = Ou collez le tableau ici
admin-import-remove = Retirer ce qui n’est pas dans le tableau
admin-import-remove-hint = Ce que des souhaits ou des classes nomment reste toujours.
admin-import-look = Voir ce qui changerait
admin-import-nothing = Choisissez un fichier ou collez un tableau.
admin-import-added = Nouveaux
admin-import-changed = Modifiés
admin-import-removed = Retirés
admin-import-unchanged = Inchangés
admin-import-findings = { $count ->
    [0] 0 correction est nécessaire
    [one] Une correction est nécessaire
   *[other] { $count } corrections sont nécessaires
 }
admin-import-findings-text = Corrigez le tableau, puis regardez de nouveau. Rien n’a changé.
admin-import-warnings = À regarder avant d’importer
admin-import-finding = { $place } : { $text }
admin-import-whole = Tableau
admin-import-line = ligne { $line }
admin-import-cell = ligne { $line }, colonne { $column }
admin-import-difference = Ce qui changerait
admin-import-row = Nom
admin-import-what = Changement
admin-import-cells = Détail
admin-import-new = nouveau
admin-import-different = modifié
admin-import-gone = retiré
admin-import-change = { $column } : { $before } → { $after }
# Les colonnes, telles qu’un tableau peut les nommer ; leurs cases, là où elles ont leurs mots.
admin-column-name = nom
admin-column-headcount = effectif
admin-column-attendance_percent = présence
admin-column-attendance_percent-cell = { $cell } %
admin-column-email = adresse
admin-column-language = langue
admin-column-link = lien
admin-import-confirm = Tout est en ordre
admin-import-confirm-text = Tout se fait d’un coup, ou rien.
admin-import-outdated = Quelque chose a changé depuis que vous avez regardé, et rien n’a été importé. Voici ce que le tableau changerait maintenant.
admin-import-same = Rien à changer
admin-import-same-text = Le tableau dit déjà ce que Créneau sait.

# Professeurs
admin-teachers-title = Professeurs
admin-teachers-lead = À qui vont les courriels, en quelle langue, et où se tiennent leurs classes.
admin-teachers-none = Aucun professeur pour l’instant
admin-teachers-none-text = Importez le tableau de vos professeurs, ou ajoutez-en un avec le formulaire. Vous les inviterez ensuite.
admin-teachers-count = { $count ->
    [0] 0 professeur
    [one] Un professeur
   *[other] { $count } professeurs
 }
admin-teachers-joined = { $count ->
    [0] aucun n’a de compte
    [one] Un a un compte
   *[other] { $count } ont un compte
 }
admin-teacher-column = Professeur
admin-teacher-new = Ajouter un professeur
admin-teacher-add = Ajouter
admin-teacher-name = Nom
admin-teacher-name-hint = Celui que connaissent collègues et élèves.
admin-teacher-email = Adresse électronique
admin-teacher-email-hint = Sans adresse, ni courriel ni invitation.
admin-teacher-language = Langue des courriels
admin-teacher-language-short = Langue
admin-teacher-link = Classe virtuelle habituelle
admin-teacher-link-hint = L’adresse https où se tiennent ses classes.
admin-teacher-link-short = Classe virtuelle
admin-teacher-has-link = oui
admin-teacher-no-link = aucune
admin-teacher-joined = a un compte
admin-teacher-invited = invité
admin-teacher-expired = invitation expirée
admin-teacher-apart = pas invité
admin-teacher-unreachable = sans adresse
admin-teacher-shared = adresse d’un autre
admin-teachers-invite = { $count ->
    [one] Inviter le professeur sans compte
   *[other] Inviter les { $count } professeurs sans compte
}
admin-teacher-wishes = Souhaits
admin-teacher-invite = Inviter
admin-teacher-delete = Supprimer le professeur
admin-teacher-delete-sure = Ses calendriers, ses clés et ses courriels partent aussi. Qui a des souhaits ou des classes est conservé.
admin-teacher-delete-do = Supprimer pour de bon
admin-teacher-erase = Effacer la personne…

# Invitations
admin-invitations-title = Invitations
admin-invitations-lead = Qui a été invité, en quelle qualité, et qui est venu. Un lien vaut sept jours.
admin-invitations-none = Aucune invitation pour l’instant
admin-invitations-none-text = Invitez les professeurs depuis leur liste.
admin-invitations-list = Invitations
admin-invitations-open = { $count ->
    [0] aucune n’attend
    [one] Une attend
   *[other] { $count } attendent
 }
admin-invitation-whom = Personne
admin-invitation-as = En qualité de
admin-invitation-sent = Envoyée
admin-invitation-by = par { $by }
admin-invitation-open = attend
admin-invitation-accepted = acceptée
admin-invitation-expired = expirée
admin-invitation-withdrawn = retirée
admin-invitation-resend = Renvoyer
admin-invitation-withdraw = Retirer
admin-invite-admin = Inviter un administrateur
admin-invite-admin-lead = Il pourra tout ce que vous pouvez dans cet établissement.
admin-invite-name = Nom
admin-invite-send = Envoyer l’invitation
admin-role-operator = opérateur
admin-role-admin = administrateur
admin-role-teacher = professeur

# Effacer une personne
admin-erase-title = Effacer { $name } ?
admin-erase-lead = Voici ce qui disparaîtrait. Les classes, les plans et les effectifs restent.
admin-erase-name = Nom désormais
admin-erase-account = Compte
admin-erase-account-goes = supprimé
admin-erase-account-stays = reste, ou n’existe pas
admin-erase-mails = Courriels supprimés
admin-erase-invitations = Invitations supprimées
admin-erase-feeds = Calendriers coupés
admin-erase-tokens = Clés supprimées
admin-erase-wishes = Souhaits vidés de leurs remarques
admin-erase-mentions = Mentions du nom retirées
admin-erase-stays = On ne peut pas revenir en arrière.
admin-erase-cannot = Effacement impossible
admin-erase-confirm = Effacer la personne
admin-erase-sure = Oui, effacer cette personne pour de bon
admin-erase-unsure = Cochez la case pour confirmer.
admin-erase-do = Effacer

# Calendriers
admin-feeds-title = Calendriers à suivre
admin-feeds-lead = Un lien secret par groupe pour élèves et parents, sans compte. Le lien se montre une seule fois.
admin-feeds-none = Aucun calendrier pour l’instant
admin-feeds-none-text = Créez-en un pour un groupe avec le formulaire, puis imprimez la feuille avec le code QR.
admin-feeds-list = Calendriers
admin-feeds-count = { $count ->
    [0] 0 calendrier
    [one] Un calendrier
   *[other] { $count } calendriers
 }
admin-feed-new = Créer un calendrier
admin-feed-make = Créer et montrer le lien
admin-feed-make-group = Calendrier pour les parents
admin-feed-kind = De qui
admin-feed-of-group = un groupe
admin-feed-of-teacher = un professeur
admin-feed-of-school = tout l’établissement
admin-feed-group = Groupe
admin-feed-teacher = Professeur
admin-feed-whose = Choisissez le groupe ou le professeur.
admin-feed-headcount = Sans intitulés ni noms
admin-feed-headcount-hint = Pour un lieu public : seulement quand, quels groupes et combien.
admin-feed-headcount-short = sans intitulés ni noms
admin-feed-whose-column = De qui
admin-feed-since = Adresse depuis
admin-feed-read = Lu pour la dernière fois
admin-feed-never = jamais
admin-feed-replace = Nouvelle adresse
admin-feed-revoke = Révoquer
admin-feed-replace-sure = L’adresse actuelle cesse aussitôt de fonctionner : tous les abonnés devront s’abonner à la nouvelle.
admin-feed-replace-do = Créer une nouvelle adresse
admin-feed-revoke-sure = Les abonnés ne verront plus aucune classe. C’est définitif.
admin-feed-revoke-do = Révoquer le calendrier
admin-feed-lost = Un lien s’est perdu ?
admin-feed-lost-text = Nous ne le gardons pas. Donnez une nouvelle adresse au calendrier : l’ancienne cesse aussitôt de marcher.
admin-feed-made = Calendrier : { $name }
admin-feed-made-lead = Imprimez ou copiez maintenant : cette page ne reviendra pas.
admin-feed-back = Tous les calendriers
admin-feed-sheet = Les classes virtuelles de { $name }
admin-feed-sheet-text = Scannez le code avec un téléphone : vous voyez la semaine et pouvez vous y abonner. Aucun compte n’est nécessaire.
admin-feed-scan = À scanner avec l’appareil photo
admin-feed-page = Adresse de la page
admin-feed-secret = Qui a ce lien voit ces classes : ne le publiez pas.

# Capacité
admin-capacity-title = Capacité
admin-capacity-lead = Combien de connexions à la fois, par jour et par heure. Les classes publiées n’y touchent pas ; les prochains plans s’y tiennent.
admin-capacity-preview = Si des classes ne tenaient plus, vous les verrez avant que cela se fasse.
admin-dated-title = Limites pour certains jours
admin-dated-new = Autre limite un jour donné
admin-dated-lead = Une maintenance, un examen : elle passe avant la grille.
admin-dated-add = Ajouter
admin-dated-day = Jour
admin-dated-hours = Heures
admin-dated-from = De
admin-dated-to = À
admin-dated-connections-hint = 0 : aucune classe à ces heures.
admin-dated-count = { $count ->
    [0] 0 limite
    [one] Une limite
   *[other] { $count } limites
 }
admin-dated-delete = Retirer
admin-overloads-title = Ce qui ne tient plus
admin-overloads-lead = Les classes publiées qui dépassent une limite abaissée depuis. Rien ne bouge tout seul.
admin-overloads-none = Tout tient
admin-overloads-none-text = Aucune heure à venir ne dépasse sa limite.
admin-overloads-list = Heures trop pleines
admin-overloads-count = { $count ->
    [0] 0 plage dépasse sa limite
    [one] Une plage dépasse sa limite
   *[other] { $count } plages dépassent leur limite
 }
admin-overloads-notice = Des classes publiées prennent plus que la capacité ne permet.
admin-overloads-look = Voir lesquelles
admin-overloads-replan = Replanifier « { $round } » en bougeant le moins
admin-overload-when = { $from } – { $to }
admin-overload-over = { $count ->
    [0] 0 connexion de trop
    [one] une connexion de trop
   *[other] { $count } connexions de trop
 }
admin-cut-title = Abaisser la limite ?
admin-cut-count = { $count ->
    [0] 0 plage ne tiendrait plus.
    [one] Une plage ne tiendrait plus.
   *[other] { $count } plages ne tiendraient plus.
 }
admin-cut-ask = Le faire quand même
admin-cut-lead = Aucune classe ne bouge d’elle-même. Leurs professeurs et les administrateurs reçoivent un courriel ; vous pourrez replanifier aussitôt après.
admin-cut-sure = Je confirme
admin-cut-do = Abaisser la limite

# Établissement et jours fermés
admin-calendar-title = Établissement et jours fermés
admin-calendar-lead = Quand des classes peuvent avoir lieu.
admin-calendar-hours = Établissement et heures d’ouverture
admin-calendar-hours-hint = Comme 8:00-12:15, 13:15-18:00. Vide : fermé.
admin-school-name = Nom de l’établissement
admin-school-zone = Fuseau horaire
admin-school-zone-hint = Un nom IANA : Europe/Paris, Indian/Reunion.
admin-school-language = Langue
admin-calendar-holidays = Vacances, jours fériés, déjeuner
admin-holiday-zone = Vacances scolaires
admin-holiday-zone-none = aucune
admin-holiday-zone-a = zone A
admin-holiday-zone-b = zone B
admin-holiday-zone-c = zone C
admin-public = Jours fériés
admin-public-none = aucun
admin-public-france = France
admin-public-alsace-moselle = Alsace-Moselle
admin-public-guadeloupe = Guadeloupe
admin-public-guyane = Guyane
admin-public-martinique = Martinique
admin-public-mayotte = Mayotte
admin-public-la-reunion = La Réunion
admin-public-saint-barthelemy = Saint-Barthélemy
admin-lunch-all = Pause de midi, chaque jour
admin-lunch-day = Pause, { $day }
admin-days-title = Jours à part
admin-days-new = Ajouter des jours
admin-days-add = Ajouter
admin-days-kind = Sorte
admin-days-closed = fermé
admin-days-open = ouvert malgré un congé
admin-days-from = Premier jour
admin-days-to = Dernier jour
admin-days-to-hint = Vide : un seul jour.
admin-days-reason = Raison
admin-days-when = Quand
admin-days-one = { $day } { $year }
admin-days-count = { $count ->
    [0] 0 entrée
    [one] Une entrée
   *[other] { $count } entrées
 }
admin-days-delete = Retirer
admin-coming-title = Jours fermés à venir
admin-coming-none = Aucun jour fermé dans l’année qui vient.
admin-coming-not-covered = Les vacances d’une partie de cette année ne sont pas encore connues.
admin-rules-title = Délais
admin-rules-lead = Jusqu’à quand les professeurs réservent, déplacent et annulent. Vous, vous le pouvez toujours.
admin-rule-book = Réserver, minutes avant
admin-rule-book-hint = 0 : jusqu’au début de la classe.
admin-rule-move = Déplacer, minutes avant
admin-rule-move-hint = Vaut pour l’ancienne et la nouvelle heure.
admin-rule-cancel = Annuler, minutes avant
admin-rule-cancel-hint = 0 : jusqu’au début de la classe.
admin-rule-hold = Garder une place, en minutes
admin-rule-hold-hint = Le temps de confirmer une réservation.
admin-rule-offer = Offrir une place, en minutes
admin-rule-offer-hint = Avant de l’offrir au suivant de la liste d’attente.

# Les tours
admin-rounds-title = Tours
admin-rounds-lead = Un tour recueille les souhaits d’une période, les place et publie la semaine.
admin-rounds-none = Aucun tour pour l’instant
admin-rounds-none-text = Groupes et professeurs sont là. Vérifiez la capacité, puis ouvrez un tour avec le formulaire.
admin-rounds-none-first = Il faut d’abord des groupes et des professeurs.
admin-first-groups = Importer les groupes
admin-first-teachers = Importer les professeurs
admin-first-capacity = Vérifier la capacité
admin-rounds-list = Tours de l’établissement
admin-rounds-count = { $count ->
    [0] 0 tour
    [one] Un tour
   *[other] { $count } tours
 }
admin-round-column = Tour
admin-round-days = Période
admin-round-new = Ouvrir un tour
admin-round-open = Ouvrir le tour
admin-round-name = Nom
admin-round-usual-name = Semaine du { $day }
admin-round-starts = Premier jour
admin-round-ends = Dernier jour
admin-round-closes = Souhaits bienvenus jusqu’au
admin-round-closes-hint = Vide : jusqu’à ce que vous fermiez le tour. Un rappel part la veille.
admin-round-step = Les classes commencent toutes les
admin-round-step-hint = 5 minutes étalent mieux les connexions.
admin-round-until = jusqu’au { $at }
admin-round-collecting = reçoit des souhaits
admin-round-closed = fermé
admin-round-solving = calcul en cours
admin-round-draft = brouillon
admin-round-published = publié
admin-round-delete = Supprimer…
admin-round-delete-do = Supprimer le tour
admin-round-delete-text = { $count ->
    [0] Le tour n’a aucun souhait. Cela ne peut pas être annulé.
    [one] Un souhait est supprimé avec lui. Cela ne peut pas être annulé.
   *[other] { $count } souhaits sont supprimés avec lui. Cela ne peut pas être annulé.
}
admin-round-delete-told = Ceux qui les ont exprimés en sont prévenus par courriel.
admin-round-archived = archivé
admin-round-remind = Rappeler ceux qui n’ont pas répondu
admin-round-close = Fermer le tour
admin-round-reopen = Rouvrir
admin-round-archive = Archiver
admin-round-archive-text = Il ne fera plus que se lire, et ne pourra pas être rouvert.
admin-round-archive-do = Archiver pour de bon
admin-round-watch = Suivre le calcul
admin-round-week = Voir la semaine
admin-round-answers = Réponses
admin-round-waiting = { $count ->
    [0] tous ont répondu
    [one] un n’a pas répondu
   *[other] { $count } n’ont pas répondu
 }
admin-round-wishes = Souhaits
admin-round-places = { $count ->
    [0] 0 connexion
    [one] une connexion
   *[other] { $count } connexions en tout
 }
admin-round-plans = Plans
admin-steps = Étapes du tour
admin-step-wishes = Souhaits
admin-step-answered = { $some } réponses sur { $all }
admin-step-solve = Calcul
admin-step-solve-text = une place pour chacun
admin-step-draft = Brouillon
admin-step-publish = Publication
admin-step-publish-text = calendriers et courriels
admin-times-title = Fin des souhaits
admin-answers-title = Qui a répondu
admin-answer = Réponse
admin-answer-yes = a répondu
admin-answer-no = pas encore
admin-answer-nothing = rien cette fois
admin-answer-wishes = { $count ->
    [0] 0 souhait
    [one] un souhait
   *[other] { $count } souhaits
 }
admin-reminded = { $count ->
    [0] Aucun rappel ne part.
    [one] Un rappel part.
   *[other] { $count } rappels partent.
 }
admin-reminded-already = { $count ->
    [0] 0 l’a déjà reçu aujourd’hui.
    [one] Un l’a déjà reçu aujourd’hui.
   *[other] { $count } l’ont déjà reçu aujourd’hui.
 }
admin-reminded-unwanted = { $count ->
    [0] 0 n’en veut pas.
    [one] Un n’en veut pas.
   *[other] { $count } n’en veulent pas.
 }
admin-reminded-no-address = { $count ->
    [0] 0 n’a pas d’adresse.
    [one] Un n’a pas d’adresse.
   *[other] { $count } n’ont pas d’adresse.
 }
admin-solve-title = Calculer un plan
admin-solve-lead = Créneau cherche une place pour chaque souhait, sans dépasser aucune capacité.
admin-solve-early = Vous pouvez essayer dès maintenant : les souhaits continuent d’arriver.
admin-solve-seconds = Temps de recherche, en secondes
admin-solve-seconds-hint = Plus longtemps, mieux c’est ; 10 suffisent pour un collège.
admin-solve-least = Déplacer le moins de classes possible
admin-solve-least-hint = Une classe ne bouge que si elle le doit, ou pour faire place à une autre.
admin-solve-do = Calculer
admin-live-title = Calcul du plan
admin-live-lead = Vous pouvez fermer cette page : le calcul continue.
admin-live-queued = En attente d’un calculateur…
admin-live-running = Recherche en cours
admin-live-done = Le plan est prêt
admin-live-failed = Le calcul a échoué
admin-live-stopped = Le calcul est arrêté
admin-live-time = { $spent } s sur { $all } s
admin-live-cost = Coût du plan
admin-live-cost-hint = par les souhaits seuls
admin-live-objective = Ce que compte le calcul
admin-live-objective-hint = cinq minutes d’écart coûtent 1, bouger une classe et l’équité s’y ajoutent
admin-live-bound = Aucun plan ne compte moins que
admin-live-bound-hint = prouvé
admin-live-unplaced-hint = dans le meilleur plan
admin-live-steps = Étapes
admin-live-stop = Arrêter et garder le meilleur plan
admin-live-again = Regarder de nouveau
admin-live-plan = Voir le plan
admin-live-round = Retour au tour
admin-phase-reading = Lecture des souhaits
admin-phase-bound = Recherche d’une borne
admin-phase-construct = Premier plan
admin-phase-search = Amélioration
admin-phase-exact = Preuve
admin-phase-done = Terminé

# Les brouillons
admin-plans-title = Plans
admin-plans-count = { $count ->
    [0] 0 plan
    [one] un plan
   *[other] { $count } plans
 }
admin-plan-column = Plan
admin-plan-of = Plan du { $when }
admin-plan-cost = Coût
admin-plan-without = Sans place
admin-plan-unplaced = { $count ->
    [0] aucun souhait sans place
    [one] un souhait sans place
   *[other] { $count } souhaits sans place
 }
admin-plan-published = publié
admin-plan-published-now = Ce plan est publié.
admin-plan-outdated = dépassé
admin-plan-outdated-text = Des souhaits, des limites ou d’autres classes ont changé depuis. Recalculez à partir de ce plan.
admin-plan-draft = brouillon
admin-plan-compare = Comparer au dernier
admin-plan-publish = Publier…
admin-plan-best = prouvé le meilleur
admin-plan-best-kept = prouvé le meilleur en bougeant le moins
admin-plan-gap = à { $percent } au plus du meilleur possible
admin-plan-gap-kept = à { $percent } au plus du meilleur possible en bougeant le moins
admin-plan-no-bound = sans borne
admin-draft-lead = Tour { $span }. Regardez-le de tous les côtés avant de publier.
admin-draft-again = Recalculer en bougeant le moins
admin-draft-first = Premier choix obtenu
admin-draft-first-hint = aucun début ne leur convient mieux
admin-draft-placed = Ont une place
admin-draft-pins = Classes fixées
admin-draft-pins-hint = que le calcul ne bouge pas
admin-view-load = Charge
admin-view-week = Semaine
admin-view-classes = Classes
admin-view-wishes = Souhaits déçus
admin-view-limits = Limites à relever
admin-filter-week = Semaine
admin-week-none = Aucune classe ici
admin-week-none-text = Choisissez un autre groupe, un autre professeur ou une autre semaine.
admin-curves-title = Avant et après, face à la capacité
admin-curves-wished = Si chacun avait son premier choix
admin-curves-numbers = Les nombres heure par heure
admin-curves-caption = Pointe souhaitée → pointe planifiée / limite
admin-curves-caption-wished = Pointe souhaitée / limite
admin-curve-before = Souhaité : jusqu’à { $load } à { $time }, pour { $limit } places.
admin-curve-after = Planifié : jusqu’à { $load } à { $time }, pour { $limit } places.
admin-class-column = Classe
admin-class-wished = Souhaité
admin-class-planned = Planifié
admin-class-none = aucune place
admin-class-as-wished = comme souhaité
admin-class-pinned = fixée : { $when }
admin-class-cost = Coût
admin-class-weight = compte { $weight } fois
admin-class-why = Pourquoi là
admin-class-better = Les débuts préférés
admin-class-back = Souhaits déçus
admin-class-free = Autres débuts libres
admin-class-free-hint = dans ce plan
admin-class-start = Début
admin-disappointed = { $count ->
    [0] 0 souhait déçu
    [one] Un souhait déçu
   *[other] { $count } souhaits déçus
 }
admin-disappointed-none = Personne n’est déçu
admin-disappointed-none-text = Chaque classe a son premier choix.
admin-reason-free = Ce début est libre : une recherche plus longue ferait mieux.
admin-relief = Il aurait fallu { $raises } : la classe serait { $start }.
admin-raise = { $count ->
    [one] une place de plus ({ $pool }), { $from } – { $to }
   *[other] { $count } places de plus ({ $pool }), { $from } – { $to }
 }
admin-limits-title = Une seule limite relevée
admin-limits-hint = chacune essayée seule
admin-limits-none = Aucune limite n’aiderait
admin-limits-none-text = Ce sont des personnes ou des groupes qui sont pris, ou plusieurs limites ensemble.
admin-limits-sad = Sans leur premier choix
admin-limits-people = Qu’aucune limite seule n’aiderait
admin-limits-where = Quand et où
admin-limits-by = De combien
admin-limits-more = { $count } de plus
admin-limits-helps = Qui y gagne
admin-limits-nearer = Plus près des souhaits de
admin-pin-title = Fixer la classe
admin-pin-lead = Tous les plans suivants la laisseront là, même si le souhait ne le permet pas.
admin-pin-start = Début
admin-pin-note = Pourquoi (facultatif)
admin-pin-do = Fixer
admin-pin-undo = Ne plus fixer
admin-pin-here = Fixer ici
admin-compare-title = Deux plans côte à côte
admin-compare-lead = Du plan du { $first } à celui du { $second }.
admin-compare-choose = Avec quel autre plan de ce tour ?
admin-compare-none = Il n’y a qu’un plan
admin-compare-none-text = Calculez-en un autre, puis comparez.
admin-compare-first = Le premier
admin-compare-second = Le second
admin-compare-change = { $before } → { $after }
admin-compare-same = Aucune différence
admin-compare-same-text = Les deux plans mettent chaque classe au même endroit.
admin-compare-classes = { $count ->
    [0] 0 classe ailleurs
    [one] Une classe ailleurs
   *[other] { $count } classes ailleurs
 }
admin-compare-before = Avant
admin-compare-after = Après
admin-compare-mark = Pour elle
admin-compare-better = mieux
admin-compare-worse = moins bien
admin-compare-equal = pareil
admin-compare-teachers = Pour les professeurs
admin-compare-minutes = écart aux souhaits, en tout
admin-compare-without = { $count ->
    [one] et un souhait sans classe
   *[other] et { $count } souhaits sans classe
}
admin-compare-changed = Ailleurs
admin-publish-title = Qui apprendra quoi
admin-publish-lead = Rien n’est encore publié. Voici ce qui changerait, et pour qui.
admin-publish-lead-again = Le plan publié reste tel quel tant que vous n’avez pas confirmé. Voici ce qui changerait, et pour qui.
admin-publish-back = Retour au plan
admin-publish-conflict = Rien n’a été publié
admin-publish-conflict-text = Quelqu’un a publié un autre plan pendant que vous regardiez celui-ci. Voici ce que changerait le vôtre à présent : regardez, puis publiez si vous le voulez toujours.
admin-publish-obstacles = Ce plan ne peut pas être publié tel quel
admin-publish-obstacles-text = Quelque chose a changé depuis qu’il a été calculé. Recalculez à partir de lui.
admin-publish-added = Nouvelles classes
admin-publish-moved = Déplacées
admin-publish-cancelled = Annulées
admin-publish-mail-count = Courriels
admin-publish-confirm = Publier le plan
admin-publish-mails = { $count ->
    [0] Aucun courriel ne partira ; les calendriers suivront.
    [one] Un courriel partira, et les calendriers suivront.
   *[other] { $count } courriels partiront, et les calendriers suivront.
 }
admin-publish-do = Publier
admin-publish-nothing = Rien ne changerait
admin-publish-nothing-text = Aucune classe n’est nouvelle, déplacée ou annulée.
admin-publish-teachers = Professeurs
admin-publish-groups = Groupes
admin-publish-what = Ce qui change
admin-publish-how = Averti
admin-publish-by-mail = par courriel
admin-publish-no-mail = sans adresse
admin-publish-by-feed = par le calendrier
admin-publish-n-added = { $count ->
    [0] 0 nouvelle
    [one] une nouvelle
   *[other] { $count } nouvelles
 }
admin-publish-n-moved = { $count ->
    [0] 0 déplacée
    [one] une déplacée
   *[other] { $count } déplacées
 }
admin-publish-n-cancelled = { $count ->
    [0] 0 annulée
    [one] une annulée
   *[other] { $count } annulées
 }
admin-publish-changes = { $count ->
    [0] 0 classe change
    [one] Une classe change
   *[other] { $count } classes changent
 }
admin-publish-change = Changement
admin-publish-new = nouvelle
admin-publish-other-time = déplacée
admin-publish-gone = annulée
admin-publish-before = Avant
admin-publish-after = Après

# Les classes publiées et la liste d’attente
admin-sessions-title = Classes et liste d’attente
admin-sessions-lead = Déplacez ou annulez une classe publiée ; ses professeurs en sont avertis.
admin-sessions-none = Aucune classe cette semaine
admin-sessions-none-text = Publiez un tour, ou changez de semaine.
admin-session-when = { $start } – { $end }
admin-session-time = Quand
admin-session-confirmed = a lieu
admin-session-held = place gardée
admin-session-cancelled = annulée
admin-session-link = Classe virtuelle
admin-session-back = La semaine
admin-session-move = Déplacer
admin-session-move-lead = Capacité et personnes sont vérifiées.
admin-session-start = Nouveau début
admin-session-insist = Passer outre les règles des souhaits
admin-session-insist-hint = Pauses, ordre, heures impossibles. La capacité tient toujours.
admin-session-move-do = Déplacer la classe
admin-session-cancel = Annuler la classe
admin-session-cancel-lead = Calendriers et courriels le disent. On ne peut pas revenir en arrière.
admin-session-sure = Oui, annuler cette classe
admin-session-unsure = Cochez la case pour confirmer.
admin-session-cancel-do = Annuler la classe
admin-waiting-title = Liste d’attente
admin-waiting-count = { $count ->
    [0] aucune classe n’attend
    [one] Une classe attend
   *[other] { $count } classes attendent
 }
admin-waiting-when = Entre
admin-waiting-between = { $from } et { $to }
admin-waiting-length = Durée
admin-waiting-waits = attend
admin-waiting-offered = une place lui est offerte
admin-waiting-delete = Retirer de la liste
admin-waiting-delete-sure = Cette classe perd son rang dans la liste ; son professeur en est averti.
admin-waiting-delete-do = La retirer de la liste

# Les courriels, le journal, les programmes
admin-outbox-title = Courriels
admin-outbox-lead = Ce que Créneau écrit aux professeurs, où cela en est et pourquoi.
admin-outbox-none = Aucun courriel
admin-outbox-none-text = Ils apparaissent ici dès qu’un tour s’ouvre ou qu’un plan est publié.
admin-outbox-list = Courriels
admin-outbox-all = Tous
admin-mail-column = Courriel
admin-mail-kind = Sorte
admin-mail-written = Écrit
admin-mail-queued = en attente
admin-mail-sending = part à l’instant
admin-mail-sent = parti
admin-mail-failed = échoué
admin-mail-until = pas avant { $at }
admin-mail-emptied = (vidé après son temps)
admin-mail-resend = Renvoyer
admin-mail-withdraw = Retirer
event-round-opened = ouverture d’un tour
event-round-closing = rappel
event-round-deleted = tour supprimé
event-plan-published = plan publié
event-sessions-changed = classes modifiées
event-place-offered = place offerte
event-swap = échange
event-capacity-cut = capacité abaissée
event-load-alert = charge au-dessus de la prévision, ou proche d’une limite
event-sign-in = connexion
event-invitation = invitation
event-ping = essai
admin-audit-title = Journal
admin-audit-lead = Qui a fait quoi, et quand. Rien ne s’y efface.
admin-audit-list = Dernières actions
admin-audit-none = Rien pour l’instant
admin-audit-none-text = Chaque changement apparaîtra ici.
audit-when = Quand
audit-who = Qui
audit-what = Quoi
audit-about = À propos de
audit-person = personne
audit-token = clé d’accès
admin-webhooks-title = Webhooks
admin-webhooks-lead = Des programmes qui apprennent aussitôt ce qui change.
admin-webhooks-none = Aucun webhook
admin-webhooks-none-text = Ajoutez l’adresse d’un programme, celui du site de l’établissement par exemple.
admin-webhooks-list = Webhooks
admin-webhook-column = Programme
admin-webhook-new = Ajouter un webhook
admin-webhook-add = Ajouter
admin-webhook-url = Adresse
admin-webhook-url-hint = https, sur l’internet public.
admin-webhook-what = À quoi il sert
admin-webhook-events = Nouvelles
admin-webhook-on = marche
admin-webhook-off = éteint
admin-webhook-failing = n’arrive pas
admin-webhook-disabled = coupé après des échecs
admin-webhook-failing-since = En échec depuis
admin-webhook-nameless = Webhook
admin-webhook-back = Tous les webhooks
admin-webhook-ping = Envoyer un essai
admin-webhook-switch-on = Allumer
admin-webhook-switch-off = Éteindre
admin-webhook-rotate = Nouveau secret
admin-webhook-delete = Supprimer
admin-webhook-rotate-sure = Le programme devra connaître le nouveau secret : l’ancien signe encore un jour à côté de lui, puis plus.
admin-webhook-rotate-do = Créer un nouveau secret
admin-webhook-delete-sure = Le programme n’apprendra plus rien, et ce qui attend de lui être envoyé est perdu.
admin-webhook-delete-do = Supprimer le webhook
admin-webhook-change = Modifier le webhook
admin-webhook-secret = Le secret qui signe
admin-webhook-secret-text = Donnez-le au programme maintenant : il ne se montre qu’une fois.
admin-deliveries = Derniers envois
admin-deliveries-count = { $count ->
    [0] 0 envoi
    [one] un envoi
   *[other] { $count } envois
 }
admin-delivery-queued = en attente
admin-delivery-sending = part à l’instant
admin-delivery-sent = arrivé
admin-delivery-failed = échoué
admin-tokens-title = Clés d’accès
admin-tokens-lead = Pour des programmes, ou pour un professeur sans adresse. Une clé se montre une seule fois.
admin-tokens-none = Aucune clé
admin-tokens-none-text = Faites-en une avec le formulaire quand un programme en a besoin.
admin-tokens-list = Clés
admin-token-new = Faire une clé
admin-token-make = Faire la clé
admin-token-label = À quoi elle sert
admin-token-whom = Pour
admin-token-admin = un programme de l’établissement
admin-token-days = Durée, en jours
admin-token-days-hint = Vide : jusqu’à ce qu’elle soit révoquée.
admin-token-read = Lecture seule
admin-token-reads = lecture seule
admin-token-until = jusqu’au { $at }
admin-token-used = Utilisée
admin-token-unused = jamais
admin-token-revoke = Révoquer
admin-token-revoke-sure = Qui se sert de cette clé n’entre plus, dès maintenant. C’est définitif.
admin-token-revoke-do = Révoquer la clé
admin-token-link = Le lien personnel du professeur
admin-token-link-text = Qui ouvre ce lien, ou photographie ce code, entre comme ce professeur. Donnez-le à lui seul.
admin-token-qr-alt = Le lien personnel en code QR
admin-token-address = Adresse du lien
admin-token-made = La nouvelle clé
admin-token-made-text = Copiez-la maintenant : elle ne se montre qu’une fois.
