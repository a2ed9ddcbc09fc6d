# Les pages de l’opérateur. Les clés sont les mêmes dans en/operator.ftl : un test le vérifie.

op-over = Opérateur
op-name = Nom
op-zone = Fuseau horaire
op-save = Enregistrer
op-delete = Supprimer
op-details = Réglages
op-language = Langue
op-language-hint = Celle des pages et des courriels de qui n’en a pas choisi d’autre.
op-find = Chercher
op-find-all = Tout afficher
op-find-none = Rien ne correspond à « { $name } ».
op-pages = Pages de la liste
op-page-previous = Page précédente
op-page-next = Page suivante
op-delete-text = Cela ne peut pas être annulé.

# Ce qui vient d’être fait
op-done-added = C’est enregistré.
op-done-changed = Les modifications sont enregistrées.
op-done-deleted = C’est supprimé.
op-done-above = C’est enregistré. Des classes à venir dépassent maintenant la limite : leurs établissements sont prévenus, rien n’est déplacé de soi-même.
op-done-invited = L’invitation est en route par courriel.
op-done-resent = L’invitation repart avec un nouveau lien, pour sept jours.
op-done-withdrawn = C’est retiré, dès maintenant.
op-done-shared = Le partage est enregistré.
op-done-painted = Les limites sont enregistrées.

# Ce qui ne va pas
op-finding-number = Donnez un nombre entier, 10 000 000 au plus.
op-finding-date = Donnez un jour et une heure.

# Accueil
op-home-title = Vue d’ensemble
op-home-lead = Quatre étapes suffisent pour qu’un premier établissement recueille des souhaits.
op-next = La suite
op-next-own = Ou commencez avec vos propres établissements
op-step-done = fait
op-step-platform = Décrire une plateforme
op-step-platform-text = Le service que des établissements partagent : e-lyco, e-primo, itslearning…
op-step-platform-button = Ajouter une plateforme
op-step-pool = Dire ce qu’elle supporte
op-step-pool-text = Combien de connexions simultanées ; moins à certaines heures, s’il le faut.
op-step-pool-button = Poser une limite
op-step-school = Enregistrer un établissement
op-step-school-text = Son nom, sa plateforme, et combien de connexions il peut ouvrir.
op-step-school-button = Ajouter un établissement
op-step-admin = Inviter qui l’administre
op-step-admin-text = Cette personne saisit groupes et professeurs, ouvre le tour de souhaits et publie la semaine.
op-step-admin-button = Inviter
op-demo-title = Voir Créneau à l’œuvre
op-demo-text = Un collège inventé : 16 groupes, 31 professeurs, près de 200 souhaits pour les mêmes heures. Sa semaine est calculée et publiée sous vos yeux, en quelques secondes.
op-demo-button = Créer l’établissement de démonstration
op-demo-made = La semaine de démonstration est publiée
op-demo-made-text = Les souhaits du Collège Gabriel-Coste tiennent dans ses limites. Regardez-la de chaque côté.
op-demo-week = La semaine
op-demo-week-text = Chaque heure sous la capacité, et toutes les classes.
op-demo-week-button = Voir la semaine
op-demo-load = La charge
op-demo-load-text = Ce que voit un opérateur : chaque heure de la plateforme, et qui la remplit.
op-demo-load-button = Voir la carte
op-demo-pupil = Côté élève
op-demo-pupil-text = La semaine du premier groupe, sans compte. Gardez ce lien : il n’est montré qu’une fois.
op-demo-pupil-button = Ouvrir sa semaine
op-demo-admin = La suite
op-demo-admin-text = Invitez quelqu’un qui l’administre : il ouvrira le tour suivant et verra les souhaits arriver.
op-demo-admin-button = Inviter un administrateur
op-peaks = Heures les plus chargées
op-peaks-map = Carte de la charge
op-peaks-none = Aucune limite partagée n’est encore posée : la carte de la charge commence avec la première.
op-peak = { $percent } : { $used } connexions sur { $limit }, { $when }
op-peak-expected = { $percent } : { $used } connexions de classes et { $expected } attendues d’ailleurs, sur { $limit }, { $when }
op-peak-observed = { $percent } : { $observed } connexions mesurées sur { $limit }, { $when }
op-schools-count = { $count ->
    [0] aucun établissement
    [one] { $count } établissement
   *[other] { $count } établissements
 }
op-platforms-count = { $count ->
    [0] aucune plateforme
    [one] { $count } plateforme
   *[other] { $count } plateformes
 }
op-pools-count = { $count ->
    [0] aucune limite
    [one] { $count } limite
   *[other] { $count } limites
 }
op-people-count = { $count ->
    [0] personne
    [one] { $count } personne
   *[other] { $count } personnes
 }
op-invitations-open = { $count ->
    [one] { $count } invitation ouverte
   *[other] { $count } invitations ouvertes
 }

# La carte de la charge
op-load-title = Charge { $span }
op-load-choose = Choisir la limite à regarder
op-pool = Limite partagée
op-load-map = Carte de la semaine
op-load-caption = Les cinq minutes les plus chargées de chaque heure, en pour cent de la limite. Une case mène aux établissements qui la remplissent.
op-load-source = Classes publiées et réservations de tous les établissements.
op-load-empty = Aucune classe cette semaine. Changez de semaine, ou attendez la prochaine publication.
op-load-no-pool = Rien à montrer pour l’instant
op-load-no-pool-text = La carte montre les limites que des établissements partagent. Ajoutez une plateforme et dites ce qu’elle supporte.
op-pool-concurrent = { $limit } connexions simultanées au plus.
op-pool-arrivals = { $limit } arrivées au plus en { $window }.
op-pool-settings = Régler les limites
op-pool-shares = Partage équitable
op-cell = { $when } : { $used } connexions sur { $limit }, à { $at }
op-cell-observed = { $when } : { $observed } connexions mesurées, classes comprises ({ $used } prévues), sur { $limit }, à { $at }
op-cell-unknown = { $when } : aucune classe, rien de mesuré ni d’attendu
op-cell-expected = { $when } : { $used } connexions de classes et { $expected } attendues d’ailleurs, sur { $limit }, à { $at }
op-load-forecast = S’y ajoute ce qui est attendu d’ailleurs, d’après les mesures.
op-load-observed = Les heures passées montrent ce qui a été mesuré, classes comprises.
op-load-no-forecast = Ce que la plateforme porte d’autre n’est pas encore mesuré.
op-cell-none = cette heure n’existe pas ce jour-là
op-legend-1 = moins de 40 %
op-legend-2 = moins de 70 %
op-legend-3 = moins de 90 %
op-legend-4 = jusqu’à 100 %
op-legend-5 = au-delà
op-legend-special = limite particulière
op-press-title = Qui remplit cette heure ?
op-press-choose = Choisissez une case de la carte : les établissements qui ont des classes à ce moment-là paraîtront ici, le plus gros d’abord.
op-press-sum = { $used } connexions sur { $limit } ({ $pool })
op-press-caption = Établissements par nombre de connexions
op-press-connections = Connexions
op-press-part = Part garantie
op-press-beyond = au-delà
op-press-week-of = La semaine de { $name }
op-press-more = { $count ->
    [one] et { $count } autre
   *[other] et { $count } autres
 }
op-office-enter = Administrer cet établissement
op-office-choose = Choisissez l’établissement à administrer : ouvrez sa page, puis « Administrer cet établissement ».
op-school = Établissement

# Plateformes
op-platform = Plateforme
op-platforms-lead = Une plateforme est un service que des établissements partagent, avec ce qu’elle supporte.
op-platforms-all = Toutes les plateformes
op-platforms-none = Aucune plateforme
op-platforms-none-text = Ajoutez la première : son nom suffit, ses limites viennent ensuite.
op-platform-new = Nouvelle plateforme
op-platform-add = Ajouter la plateforme
op-platform-name-hint = Comme on l’appelle, par exemple e-lyco.
op-platform-zone-hint = Celui des heures de ses limites.
op-platform-federation-hint = La fédération d’identités par laquelle ses élèves passent d’abord.
op-platform-without = Sans plateforme
op-platform-no-school = Aucun établissement n’utilise encore cette plateforme.
op-pool-delete = Supprimer cette limite
op-pool-delete-text = Elle ne vaudra plus pour aucun établissement, dès maintenant. Les classes restent où elles sont. Cela ne peut pas être annulé.
op-school-delete = Supprimer cet établissement
op-school-delete-text = Ses tours, ses classes passées, ses calendriers et les rôles de chacun y sont supprimés avec lui. { $count ->
    [0] Personne n’y perd son compte.
    [one] Une personne n’a de rôle nulle part ailleurs : son compte est supprimé aussi.
   *[other] { $count } personnes n’ont de rôle nulle part ailleurs : leurs comptes sont supprimés aussi.
 } Cela ne peut pas être annulé.
op-platform-delete = Supprimer cette plateforme
op-federation = Fédération
op-federation-without = Sans fédération
op-pools = Limites
op-pools-lead = Tous les établissements de la plateforme s’y tiennent, ceux qui la rejoignent plus tard aussi.
op-pools-none = Aucune limite
op-pools-none-text = Sans limite, chacun ne se tient qu’à la sienne. Dites combien de connexions la plateforme supporte.
op-pools-of-federation = Limites de sa fédération
op-pool-new = Nouvelle limite
op-pool-new-lead = Ce qu’une plateforme ou une fédération supporte. Les heures et les dates particulières viennent ensuite.
op-pool-add = Ajouter la limite
op-pool-name-hint = Par exemple plateforme/e-lyco.
op-pool-kind = Ce qui est compté
op-pool-kind-concurrent = Les connexions ouvertes en même temps
op-pool-kind-arrivals = Les connexions qui commencent, comme celles d’une fédération d’identités
op-pool-window = Fenêtre, en minutes
op-pool-window-hint = Pour les connexions qui commencent : combien de minutes sont comptées ensemble.
op-pool-limit = Limite habituelle
op-pool-limit-hint = Connexions au plus, quand rien d’autre n’est dit.
op-pool-zone-hint = Vide : celui de la plateforme, ou de chaque établissement.
op-owner = Pour qui ?
op-owner-hint = Cela ne change plus ensuite.
op-owner-none = Établissements un par un
op-owner-platform = Plateforme { $name }
op-owner-federation = Fédération { $name }

# Limites d’une semaine et par date
op-weekly-lead = Les limites d’une semaine ordinaire.
op-dated-limit = Connexions au plus
op-dated = Dates particulières
op-dated-lead = Une maintenance, un examen, une panne : ces limites passent avant celles de la semaine.
op-dated-none = Aucune pour l’instant.
op-dated-add = Ajouter une date
op-dated-from = Début
op-dated-to = Fin
op-dated-button = Ajouter cette limite
op-dated-delete-which = Supprimer la limite { $span }
op-cut-count = { $count ->
    [one] Les classes d’un établissement ne tiendraient plus toutes.
   *[other] Les classes de { $count } établissements ne tiendraient plus toutes.
 }
op-cut-caption = Établissements dont des classes ne tiendraient plus
op-cut-over = Connexions de trop, au plus
op-cut-first = Dès le
op-cut-lead = Aucune classe ne bouge d’elle-même. Un courriel part aussitôt aux professeurs concernés et aux administrateurs de ces établissements.
op-cut-do = Abaisser la limite et les prévenir
op-moment = { $day } { $year }, { $time }
op-from-to = du { $from } au { $to }

# Partage équitable
op-shares-title = Partage équitable
op-shares-lead = Une part de chaque limite est garantie aux établissements, selon leur poids, quoi que fassent les autres. Le reste est au premier qui vient.
op-shares-percent = Part garantie, en pour cent
op-shares-percent-hint = 0 : rien n’est garanti, tout est commun.
op-shares-guaranteed = Connexions garanties
op-shares-common = Connexions communes
op-shares-caption = Sans poids choisi, celui d’un établissement est le nombre de ses élèves.
op-shares-weight = Poids
op-shares-own-weight = Poids choisi
op-shares-weight-of = Poids choisi pour { $name }
op-shares-part = Garanti
op-shares-none = Aucun établissement n’utilise cette limite
op-shares-none-text = Rattachez des établissements à la plateforme : leurs parts paraîtront ici.

# Fédérations
op-federations-lead = Une fédération d’identités est le guichet par lequel les élèves de plusieurs plateformes passent d’abord. Elle aussi a ses limites.
op-federations-all = Toutes les fédérations
op-federations-none = Aucune fédération
op-federations-none-text = Ajoutez-en une si plusieurs plateformes partagent leur page de connexion.
op-federation-new = Nouvelle fédération
op-federation-add = Ajouter la fédération
op-federation-name-hint = Par exemple Académie de Nantes.
op-federation-pools-lead = Les établissements de toutes ses plateformes s’y tiennent.
op-federation-pools-none = Dites combien d’arrivées elle supporte en quelques minutes.
op-federation-no-platform = Aucune plateforme ne passe par cette fédération : choisissez-la dans les réglages d’une plateforme.
op-federation-delete = Supprimer cette fédération

# Établissements
op-uai = Code UAI
op-uai-hint = Sept chiffres et une lettre ; facultatif.
op-schools-find = Chercher un établissement
op-schools-find-name = Nom ou code UAI
op-schools-none = Aucun établissement
op-schools-none-text = Ajoutez le premier, puis invitez qui l’administre.
op-school-new = Nouvel établissement
op-school-new-lead = Son administrateur pourra tout changer ensuite : horaires, groupes, professeurs.
op-school-add = Ajouter l’établissement
op-school-name-hint = Par exemple Collège Jules-Verne.
op-school-limit = Connexions simultanées
op-school-limit-hint = Combien ses classes peuvent en ouvrir ensemble, professeurs compris.
op-school-platform-hint = L’établissement se tient aux limites de sa plateforme.
op-school-platform-button = Choisir cette plateforme
op-school-pools = Ses limites
op-admins = Administrateurs
op-admins-none = Personne n’administre encore cet établissement.
op-teachers-count = { $count ->
    [one] { $count } professeur a un compte.
   *[other] { $count } professeurs ont un compte.
 }
op-invite-admin = Inviter un administrateur
op-invite-text = Un lien part par courriel et vaut sept jours.
op-invite-name = Son nom
op-invite-name-hint = Facultatif.
op-invite-button = Envoyer l’invitation

# Personnes
op-people-lead = Tous ceux qui ont un rôle. Les élèves n’ont pas de compte.
op-people-find = Chercher une personne
op-people-find-name = Nom ou adresse
op-people-none = Personne n’a encore de rôle.
op-roles = Rôles
op-roles-cut = { $count ->
    [one] D’autres personnes portent un tel nom : précisez-le.
   *[other] Plus de { $count } personnes portent un tel nom : précisez-le.
 }
op-roles-count = { $count ->
    [one] { $count } rôle
   *[other] { $count } rôles
 }
op-role-operator = opérateur
op-role-admin = administrateur
op-role-teacher = professeur
op-invite-operator = Inviter un opérateur
op-invite-operator-text = Un opérateur voit et change tout. Les administrateurs s’invitent sur la page de leur établissement.
op-invitations = Invitations
op-invitations-none = Aucune invitation en attente.
op-invitations-more = { $count ->
    [one] Une autre invitation : trouvez-la par son nom, plus haut.
   *[other] { $count } autres invitations : trouvez-les par leur nom, plus haut.
 }
op-invitation-open = vaut jusqu’au { $day }
op-invitation-expired = expirée le { $day }
op-resend = Renvoyer
op-withdraw = Retirer
op-withdraw-which = Retirer le rôle { $role } de { $name }
op-withdraw-text = L’accès cesse immédiatement, les clés créées avec ce rôle aussi. Le compte reste.
op-withdraw-button = Retirer ce rôle

# Journal
op-mails-link = Où en sont leurs courriels
op-mails-lead = Ce que Créneau n’écrit au nom d’aucun établissement : connexions, invitations, nouvelles de l’affluence. Où cela en est et pourquoi.
op-mails-none = Ils apparaissent ici dès que quelqu’un est invité ou se connecte par courriel.
op-audit-lead = Qui a changé quoi, dans tous les établissements, le plus récent d’abord.
op-audit-none = Rien encore
op-audit-none-text = Chaque changement paraîtra ici, avec qui l’a fait.
op-audit-token = clé
op-audit-older = Plus ancien
op-audit-latest = Revenir au plus récent
