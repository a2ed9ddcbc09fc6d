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
    [one] Une classe virtuelle s’ajoute à votre planning.
   *[other] Le planning est publié. Voici vos { $count } classes virtuelles.
 }
mail-lead-moved = Une de vos classes virtuelles change d’heure.
mail-lead-cancelled = Une de vos classes virtuelles n’aura pas lieu.
mail-lead-changes = Le planning a changé. { $count } de vos classes virtuelles sont concernées.
mail-mark-added = Nouveau
mail-mark-moved = Déplacé
mail-mark-cancelled = Annulé
mail-before = avant : { $when }
mail-zone = Les heures sont celles de l’établissement (fuseau { $zone }).
mail-calendar = { $count ->
    [one] Ouvrez le fichier joint pour mettre cette classe à jour dans votre calendrier.
   *[other] Ouvrez le fichier joint pour mettre ces classes à jour dans votre calendrier.
 }
mail-link = Voir la semaine
mail-why = Vous recevez ce message parce que vous enseignez dans cet établissement : { $school }. Il est envoyé automatiquement.
mail-why-admin = Vous recevez ce message parce que vous gérez les classes virtuelles de cet établissement : { $school }. Il est envoyé automatiquement.
mail-why-operator = Vous recevez ce message parce que vous gérez cette installation de Créneau. Il est envoyé automatiquement.
mail-unsubscribe = Ne plus recevoir ce genre de message

# Courriels au sujet des comptes
mail-sign-in-subject = Votre lien de connexion à Créneau
mail-sign-in-lead = Quelqu’un, sans doute vous, a demandé un lien pour se connecter à Créneau.
mail-sign-in-button = Se connecter
mail-sign-in-once = Le lien sert une fois, dans les { $minutes } minutes. Si vous ne l’avez pas demandé, ne faites rien : sans ce courriel, personne n’entre.
mail-sign-in-why = Vous recevez ce message parce que votre adresse est celle d’un compte Créneau. Il est envoyé automatiquement.
mail-invitation-subject = Invitation à Créneau : { $school }
mail-invitation-subject-operator = Invitation à gérer Créneau
mail-invitation-lead-operator = { $by } vous invite à gérer cette installation de Créneau.
mail-invitation-lead-admin = { $by } vous invite à gérer les classes virtuelles de cet établissement dans Créneau : { $school }.
mail-invitation-lead-teacher = { $by } vous invite sur Créneau, où vous dites quand vous souhaitez tenir vos classes virtuelles dans cet établissement : { $school }.
mail-invitation-button = Accepter l’invitation
mail-invitation-once = Le lien sert une fois, dans les { $days } jours.
mail-invitation-why = Vous recevez ce message parce que quelqu’un a saisi votre adresse dans Créneau. Si cela ne vous dit rien, ne faites rien. Il est envoyé automatiquement.

# Courriels au sujet des périodes
mail-opened-subject = Les souhaits sont ouverts : { $round }
mail-opened-lead = « { $round } », à partir du { $day }, attend vos souhaits de classes virtuelles.
mail-reminder-subject = Vos souhaits de classes virtuelles : { $round }
mail-reminder-lead = Vous n’avez pas encore exprimé de souhait pour « { $round } », à partir du { $day }.
mail-reminder-until = Les souhaits sont ouverts jusqu’au { $when }.
mail-reminder-nothing = Si vous ne souhaitez rien cette fois, dites-le : vous ne recevrez pas de rappel.
mail-reminder-link = Exprimer mes souhaits
mail-deleted-subject = Vos souhaits sont supprimés : { $round }
mail-deleted-lead = Votre établissement a supprimé « { $round } », à partir du { $day }, et avec lui { $count ->
    [one] le souhait que vous y aviez exprimé
   *[other] les { $count } souhaits que vous y aviez exprimés
 }. Rien n’en avait été publié.
mail-deleted-ask = Pour toute question, adressez-vous à qui gère les classes virtuelles de votre établissement.
mail-deleted-ask-names = Pour toute question, adressez-vous à qui gère les classes virtuelles de votre établissement : { $names }.
mail-deleted-link = Voir les souhaits ouverts

# Courriels au sujet des places proposées et des échanges
mail-offer-subject = Une place est libre : { $title }, { $when }
mail-offer-lead = Une place s’est libérée pour une classe qui attendait. Elle est gardée pour vous.
mail-offer-until = Confirmez avant le { $when }.
mail-offer-rest = Sans confirmation, la place est proposée à la classe suivante et la vôtre passe en fin de liste.
mail-offer-expired-subject = Place non confirmée : { $title }
mail-offer-expired-lead = La place proposée pour « { $title } » n’a pas été confirmée à temps.
mail-offer-expired-rest = La classe attend toujours, en fin de liste, une place entre le { $from } et le { $to }.
mail-offer-link = Confirmer la place
mail-taken-off-subject = Classe retirée de la liste d’attente : { $title }
mail-taken-off-lead = Votre établissement a retiré « { $title } » de la liste d’attente.
mail-taken-off-rest = La classe n’attend plus de place entre le { $from } et le { $to }. Une place qui lui était proposée n’est plus gardée.
mail-waited-in-vain-subject = Aucune place trouvée : { $title }
mail-waited-in-vain-lead = « { $title } » n’a pas trouvé de place dans le temps où la classe attendait.
mail-waited-in-vain-rest = La classe attendait une place entre le { $from } et le { $to } et n’est plus sur la liste d’attente. Vous pouvez réserver une autre heure, ou la mettre en attente pour une autre.
mail-plan-link = Voir mes classes
mail-swap-own = Votre classe
mail-swap-other = L’autre classe
mail-swap-proposed-subject = Échange d’heures proposé : { $title }, { $when }
mail-swap-proposed-lead-school = Votre établissement vous propose d’échanger les heures de deux classes : chacune prendrait l’heure de l’autre.
mail-swap-proposed-lead = { $name } vous propose d’échanger les heures de deux classes : chacune prendrait l’heure de l’autre.
mail-swap-proposed-rest = Rien ne change tant que l’échange n’est pas accepté.
mail-swap-until = Répondez avant le { $when }.
mail-swap-link = Répondre
mail-swap-outdated-subject = Échange d’heures sans objet : { $title }, { $when }
mail-swap-outdated-lead = L’échange d’heures que vous proposiez n’aura pas lieu : l’une des deux classes a été déplacée ou annulée entre-temps.
mail-swap-outdated-rest = Vous pouvez en proposer un autre.
mail-swap-declined-subject = Échange d’heures refusé : { $title }, { $when }
mail-swap-declined-lead = L’échange d’heures entre ces deux classes n’aura pas lieu : il a été refusé ou retiré.
mail-swap-declined-rest = Les deux classes gardent leur heure.

# Courriels au sujet des limites abaissées
mail-cut-subject = Moins de connexions : { $count ->
    [one] une classe virtuelle concernée
   *[other] { $count } classes virtuelles concernées
 }
mail-cut-lead = Une limite de connexions a été abaissée. { $count ->
    [one] Une de vos classes virtuelles est à une heure où il y a désormais trop de connexions.
   *[other] { $count } de vos classes virtuelles sont à des heures où il y a désormais trop de connexions.
 }
mail-cut-lead-admin = Une limite de connexions a été abaissée. { $count ->
    [one] Une classe virtuelle est à une heure où il y a désormais trop de connexions.
   *[other] { $count } classes virtuelles sont à des heures où il y a désormais trop de connexions.
 }
mail-cut-over = { $count ->
    [one] Une connexion de trop
   *[other] { $count } connexions de trop
 }, { $pool }
mail-cut-more = { $count ->
    [one] Et une autre classe.
   *[other] Et { $count } autres classes.
 }
mail-cut-rest = Rien n’a encore changé. Si une de vos classes doit changer d’heure, un autre message vous le dira.
mail-cut-rest-admin = Rien ne change de soi-même : calculez de nouveau un planning, ou déplacez des classes une à une.

# Courriels au sujet de la charge
mail-alert-subject-near-limit = Charge proche de la limite : { $place }
mail-alert-subject-above-forecast = Charge au-dessus de la prévision : { $place }
mail-alert-over-subject-near-limit = La charge n’est plus proche de la limite : { $place }
mail-alert-over-subject-above-forecast = La charge n’est plus au-dessus de la prévision : { $place }
mail-alert-lead-near-limit = La charge observée atteint au moins neuf dixièmes de la limite : { $place }.
mail-alert-lead-above-forecast = La charge observée dépasse tout ce qui était prévu, classes virtuelles comprises : { $place }.
mail-alert-over-lead-near-limit = L’alerte est levée, la charge observée est redescendue nettement sous la limite : { $place }.
mail-alert-over-lead-above-forecast = L’alerte est levée, la charge observée est de nouveau celle qui était prévue : { $place }.
mail-alert-silent-subject = La charge n’est plus observée : { $place }
mail-alert-silent-lead = L’alerte est levée faute d’observation depuis une heure : { $place }. Nul ne sait si elle dure ; vérifiez que la source répond encore.
mail-alert-connections = { $count ->
    [one] une connexion
   *[other] { $number } connexions simultanées
 }
mail-alert-logins = { $count ->
    [one] une arrivée
   *[other] { $number } arrivées
 } en { $minutes } minutes
mail-alert-observed = Observé au début de l’alerte : { $what }
mail-alert-expected = Prévu au plus : { $what }
mail-alert-limit = Limite : { $what }
mail-alert-since = Depuis : { $when }
mail-alert-until = Jusqu’à : { $when }
mail-alert-rest = Rien ne change de soi-même. S’il le faut, déplacez des classes vers des heures creuses. Un autre message vous dira quand l’alerte sera levée.
mail-alert-rest-operator = Rien ne change de soi-même. Un autre message vous dira quand l’alerte sera levée.
mail-alert-zone = Les heures sont celles du fuseau { $zone }.
mail-alert-link = Voir la charge
