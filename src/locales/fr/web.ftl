# Les pages du site. Les clés sont les mêmes dans en/web.ftl : un test le vérifie.

# Le cadre de toutes les pages
app-name = Créneau
app-claim = Chaque classe virtuelle à son heure
page-title = { $page } · Créneau
skip-to-content = Aller au contenu
nav-main = Navigation principale
nav-week = La semaine
nav-my-week = Ma semaine
nav-ask = Mes souhaits
nav-plan = Mes classes
nav-book = Réserver
nav-preferences = Réglages
nav-rounds = Tour
nav-groups = Groupes
nav-teachers = Professeurs
nav-capacity = Capacité
nav-outbox = Courriels
nav-audit = Journal
nav-load = Charge
nav-platforms = Plateformes
nav-schools = Établissements
nav-federations = Fédérations
nav-people = Personnes
nav-more = Plus
nav-sign-out = Se déconnecter
nav-language = Langue de la page
language-fr = Français
language-en = English
footer-line = Créneau étale les classes virtuelles d’un établissement sur la semaine, pour que chacune se connecte.

# Dates, heures, nombres
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
weekday-short-1 = lun.
weekday-short-2 = mar.
weekday-short-3 = mer.
weekday-short-4 = jeu.
weekday-short-5 = ven.
weekday-short-6 = sam.
weekday-short-7 = dim.
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
date-day = { $weekday } { $day ->
    [1] 1er
   *[other] { $day }
 } { $month }
date-day-year = { $day } { $year }
date-day-short = { $weekday } { $day }
date-day-time = { $day } à { $time }
date-span-one-month = du { $from } au { $to } { $month } { $year }
date-span-two-months = du { $from } { $month } au { $to } { $month-to } { $year }
date-span-two-years = du { $from } { $month } { $year } au { $to } { $month-to } { $year-to }
date-first = 1er
time-hour = { $hour } h
time-minutes = { $hour } h { $minute }
time-span = { $from } – { $to }
duration-minutes = { $minutes } min
duration-hours = { $hours } h
duration-hours-minutes = { $hours } h { $minutes }
number-group-mark = { " " }
percent = { $percent } %

# Accueil et connexion
home-lead = Quand tous les professeurs ouvrent leur classe virtuelle à neuf heures, plus personne n’arrive à se connecter. Créneau recueille les souhaits de chacun et trouve la semaine où toutes les classes tiennent.
home-how = Comment ça marche
home-step-wish = Chacun dit son souhait
home-step-wish-text = Un groupe, une durée, une heure préférée, et ce qui irait aussi. Deux minutes sur un téléphone.
home-step-plan = Créneau trouve la place
home-step-plan-text = Aucune heure ne dépasse ce que la plateforme supporte, et l’on s’éloigne le moins possible des souhaits.
home-step-week = La semaine est publiée
home-step-week-text = Les élèves s’abonnent au calendrier de leur groupe ; les professeurs reçoivent leurs heures par courriel.
home-figure = Deux courbes de connexions sur une matinée. Souhaitée : un pic à neuf heures, bien au-dessus de la capacité. Planifiée : une charge étalée, toujours sous la capacité.
home-figure-wished = souhaité
home-figure-planned = planifié
home-figure-capacity = capacité de la plateforme
sign-in-title = Se connecter
sign-in-lead = Avec votre adresse et votre mot de passe, ou par un lien envoyé par courriel.
sign-in-email = Adresse électronique
sign-in-password = Mot de passe
sign-in-password-hint = Pas de mot de passe, ou oublié ? Laissez le champ vide et demandez un lien.
sign-in-button = Se connecter
sign-in-link-button = Recevoir un lien
sign-in-sent = Regardez vos courriels
sign-in-sent-text = Si cette adresse est celle d’un compte, un lien de connexion est en route. Il sert une fois, dans les 15 minutes.
sign-in-no-address = Donnez une adresse électronique entière, comme prenom.nom@exemple.fr.
sign-in-wrong-password = L’adresse ou le mot de passe n’est pas le bon. Vous pouvez aussi demander un lien.
sign-in-wait = { $count ->
    [one] Trop d’essais manqués. Attendez une minute, ou demandez un lien.
   *[other] Trop d’essais manqués. Attendez { $count } minutes, ou demandez un lien.
 }
sign-in-with-key = J’ai une clé d’accès
sign-in-key = Clé d’accès
sign-in-key-hint = Celle que votre établissement vous a remise.
sign-in-key-button = Entrer avec la clé
sign-in-where = Vous n’avez pas de compte ? L’administrateur de votre établissement peut vous inviter. Élèves et parents n’en ont pas besoin : le lien du calendrier de leur groupe suffit.
link-title = Se connecter à Créneau
link-lead = Ce lien vous connecte sur cet appareil. Il ne sert qu’une fois.
invitation-title = Invitation
invitation-lead-operator = { $by } vous invite à gérer cette installation de Créneau.
invitation-lead-admin = { $by } vous invite à gérer les classes virtuelles de cet établissement : { $school }.
invitation-lead-teacher = { $by } vous invite à dire vos souhaits de classes virtuelles dans cet établissement : { $school }.
invitation-name = Votre nom
invitation-password-hint = Facultatif, 12 caractères au moins. Sans mot de passe, vous vous connectez par un lien envoyé par courriel.
invitation-has-account = Vous avez déjà un compte Créneau à cette adresse : { $name }.
invitation-button = Accepter
account-errors = À corriger
account-error-password = Ce mot de passe est trop court, trop long, ou contient le nom de votre adresse : 12 à 200 caractères, sans ce nom.
account-error-name = Donnez votre nom, sans caractères invisibles.
account-error-email = Donnez une adresse électronique entière qui n’a pas encore de compte.
account-error-member = Cette invitation vaut pour quelqu’un qui a déjà ce rôle.
sign-in-empty = Collez votre clé d’accès avant de continuer.
sign-in-wrong = Cette clé n’est pas valable : elle est incomplète, expirée ou révoquée. Vérifiez qu’elle est entière ou demandez-en une nouvelle à votre établissement.
signed-out = Vous êtes déconnecté.

# Pages d’erreur
problem-back = Revenir à l’accueil
problem-not-found = Page introuvable
problem-not-found-text = Cette page n’existe pas, ou elle n’existe plus. Vérifiez l’adresse, ou repartez de l’accueil.
problem-forbidden = Accès refusé
problem-forbidden-text = Votre compte ne permet pas de voir cette page.
problem-form = Formulaire expiré
problem-form-text = Ce formulaire ne vient pas de votre session, ou elle a changé entre-temps. Rien n’a été enregistré. Revenez à la page, rechargez-la et réessayez.
problem-form-signed-out = Vous n’êtes plus connecté, et rien n’a été enregistré. Connectez-vous dans un autre onglet, puis revenez ici : ce que vous aviez saisi n’est pas perdu.
problem-form-again = Votre session a changé entre-temps, et rien n’a été enregistré. Vous pouvez envoyer de nouveau ce que vous aviez saisi.
problem-form-send = Envoyer de nouveau
problem-form-sign-in = Se connecter (nouvel onglet)
problem-link = Lien non valable
problem-link-text = Ce lien personnel est incomplet, expiré ou révoqué. Demandez-en un nouveau à votre établissement.
problem-gone-text = Ce lien a déjà servi, a expiré ou est incomplet. Demandez-en un autre.
problem-invitation-text = Cette invitation a déjà servi, a expiré ou est incomplète. Si vous l’avez acceptée, connectez-vous ; sinon, demandez-en une autre.
problem-feed-text = Ce lien de calendrier est incomplet ou a été révoqué. Demandez le nouveau à votre établissement.
problem-busy = Beaucoup de monde en ce moment
problem-busy-text = Le service n’a pas pu répondre à temps. Réessayez dans un instant.
problem-internal = Une erreur est survenue
problem-internal-text = Elle vient de nous et elle est consignée. Réessayez dans un instant.
problem-input = Demande incomprise
problem-input-text = L’adresse ou le formulaire contient une valeur que nous ne comprenons pas. Repartez de l’accueil.

# La semaine de l’établissement
week-title = Semaine { $span }
week-previous = Semaine précédente
week-next = Semaine suivante
week-moves = Changer de semaine
week-filter = Choisir un groupe ou un professeur
week-filter-group = Groupe
week-filter-teacher = Professeur
week-filter-all-groups = Tous les groupes
week-filter-all-teachers = Tous les professeurs
week-filter-show = Afficher
week-filter-clear = Tout l’établissement
week-school-other = Un autre établissement
week-school-choice = Établissement
week-classes = { $count ->
    [0] Aucune classe
    [one] { $count } classe
   *[other] { $count } classes
 }
week-published = Classes publiées
week-peak = Pic { $load } sur { $limit } connexions, { $when }
week-peak-none = Aucune connexion prévue
week-quiet = Heures creuses
week-quiet-none = Aucune heure creuse cette semaine
week-quiet-hint = moins de { $percent } de la capacité
week-quiet-others = { $count ->
    [one] et une autre plage
   *[other] et { $count } autres plages
 }
week-hour-classes = { $count ->
    [one] { $count } classe commence
   *[other] { $count } classes commencent
 }
week-load = Charge et capacité
week-load-of = { $day } : pic de { $load } connexions sur { $limit }, à { $time }
week-load-of-none = { $day } : aucune connexion
week-legend = Légende
week-legend-load = connexions prévues
week-legend-limit = capacité
week-legend-over = au-delà de la capacité
week-hour-level-quiet = creux
week-hour-level-some = calme
week-hour-level-busy = chargé
week-hour-level-full = plein
week-hour-level-over = dépassé
week-day-none = Aucune classe ce jour.
week-empty = Aucune classe n’est publiée cette semaine.
week-empty-filtered = Aucune classe publiée cette semaine pour { $name }.
week-empty-teacher = Si un tour de souhaits est ouvert, dites les vôtres : la semaine paraîtra ici dès sa publication.
week-empty-admin = Ouvrez un tour de souhaits, résolvez-le et publiez le plan : la semaine paraîtra ici.
week-empty-wishes = Dire mes souhaits
week-empty-all = Voir tout l’établissement
week-cancelled = annulée
week-print = Imprimez cette page pour l’afficher.
week-zone = Heures locales ({ $zone }).
week-no-school = Aucun établissement
week-no-school-text = Aucun établissement n’est encore enregistré.

# Mes souhaits
wishes-title = Mes souhaits
wishes-title-of = Souhaits : { $name }
wishes-round = { $name }, { $span }
wishes-round-choice = Tour de souhaits
wishes-round-show = Afficher
wishes-lead = Dites quand vous aimeriez tenir vos classes virtuelles, et ce qui irait aussi : plus vous laissez de jeu, plus vous resterez près de votre souhait.
wishes-lead-of = Ce que vous saisissez ici vaut comme saisi par cette personne : elle le voit, et peut le modifier tant que le tour est ouvert.
wishes-none-open = Aucun tour de souhaits n’est ouvert
wishes-none-open-text = Votre établissement ouvrira le prochain tour ; vous pourrez alors dire ici quand vous aimeriez tenir vos classes. En attendant, la semaine publiée est là.
wishes-none-open-text-of = Ouvrez un tour : vous pourrez alors saisir des souhaits pour chaque professeur.
wishes-none-open-rounds = Ouvrir un tour
wishes-none-open-week = Voir la semaine
wishes-admin = Cette page est celle des professeurs
wishes-admin-text = Pour saisir un souhait au nom d’un professeur, choisissez-le dans la liste : « Souhaits » ouvre les siens.
wishes-admin-link = Choisir un professeur
wishes-mine = Mes souhaits pour ce tour
wishes-mine-count = { $count ->
    [0] aucun pour l’instant
    [one] { $count } souhait
   *[other] { $count } souhaits
 }
wishes-mine-none = Rien pour l’instant. Votre premier souhait paraîtra ici.
wishes-mine-got = Ce que j’ai obtenu
wishes-theirs = Ses souhaits pour ce tour
wishes-theirs-got = Ce qui a été obtenu
wishes-theirs-none = Aucun souhait pour l’instant.
wishes-nothing = Je ne souhaite rien cette fois
wishes-nothing-of = Rien n’est souhaité cette fois
wishes-nothing-said = Vous avez dit ne rien souhaiter cette fois : vous ne recevez pas de rappel.
wishes-nothing-said-of = Rien n’est souhaité cette fois : aucun rappel n’est envoyé.
wishes-nothing-undo = Revenir là-dessus
wishes-nothing-done = C’est noté : rien cette fois.
wishes-nothing-undone = C’est repris : des souhaits sont de nouveau attendus.
wish-edit = Modifier
wish-edit-which = Modifier « { $title } »
wish-delete = Supprimer
wish-delete-which = Supprimer « { $title } »
wish-delete-ruled = { $count ->
    [one] Un autre souhait doit venir après lui, ou un autre jour, et perd cette règle.
   *[other] { $count } autres souhaits doivent venir après lui, ou un autre jour, et perdent cette règle.
 }
wish-preferred = Souhaité
wish-impossible = Impossible
wish-then = puis
wish-got-exactly = { $when }, comme souhaité
wish-got-moved = { $when }, décalée de { $moved }
wish-got-nothing = Aucune place trouvée : parlez-en à votre administrateur.
wish-got-nothing-of = Aucune place trouvée.
wish-got-cancelled = { $when }, annulée
wish-new = Nouveau souhait
wish-change = Modifier le souhait
wish-title = Intitulé de la classe
wish-title-hint = Par exemple la matière : les élèves le liront dans leur calendrier.
wish-groups = Groupes
wish-groups-hint = Un ou plusieurs.
wish-groups-pupils = { $count ->
    [one] { $count } élève
   *[other] { $count } élèves
 }
wish-duration = Durée
wish-when = Quand ?
wish-first = Premier choix
wish-second = Deuxième choix
wish-third = Troisième choix
wish-day = Jour
wish-time = Heure de début
wish-choose = Choisir…
wish-no-day = Aucun
wish-tolerance = Décalage possible autour de ces heures
wish-tolerance-none = Aucun : à cette heure exactement
wish-tolerance-some = Jusqu’à { $duration } avant ou après
wish-otherwise = Et si rien de cela n’est libre ?
wish-otherwise-same-day = Une autre heure du même jour
wish-otherwise-any-day = Une autre heure, n’importe quel jour du tour
wish-otherwise-never = Plutôt pas de classe du tout
wish-save-new = Enregistrer ce souhait
wish-save-change = Enregistrer les modifications
wish-cancel-change = Annuler
wish-added = Le souhait est enregistré.
wish-changed = Le souhait est modifié.
wish-deleted = Le souhait est supprimé.
wish-errors = { $count ->
    [one] Une correction est nécessaire
   *[other] { $count } corrections sont nécessaires
 }
wish-errors-text = Rien n’est encore enregistré ; ce que vous avez saisi est resté.
wishes-crowded = Ces souhaits ne peuvent pas tous avoir une place
wishes-crowded-text = Le temps manque pour tous, quel que soit le plan. D’autres heures pour l’un d’eux peuvent aider.
wish-error-prefix = Erreur :
affluence-hour = Heure
affluence-closed = fermé

# Ce qui ne va pas dans un souhait
finding-half = Choisissez aussi { $missing ->
    [day] le jour
   *[time] l’heure
 }, ou videz ce choix.
finding-otherwise = Choisissez une des possibilités.
finding-twice = Ce choix répète un choix précédent : changez-le ou videz-le.

# La page d’un calendrier, pour élèves et parents
feed-title = Semaine : { $name }
feed-subscribe = S’abonner dans votre agenda
feed-subscribe-lead = Abonnez-vous une fois : les changements d’horaire arriveront d’eux-mêmes.
feed-subscribe-button = S’abonner
feed-address = Adresse du calendrier
feed-address-hint = Gardez-la pour vous : qui la possède voit ces horaires.
feed-download = Télécharger le fichier .ics
feed-qr = Sur votre téléphone, visez ce code avec l’appareil photo : cette page s’ouvre, et il suffit de toucher « S’abonner ».
feed-qr-alt = Code QR de cette page

# Courriels dont on ne veut plus
unsubscribe-title = Ne plus recevoir ces messages ?
unsubscribe-lead = Il s’agit des messages { $kind }. Les autres continueront d’arriver.
unsubscribe-button = Ne plus les recevoir
unsubscribed-title = C’est fait
unsubscribed-lead = Vous ne recevrez plus de messages { $kind }.
unsubscribed-button = Les recevoir de nouveau
resubscribed-title = Vous les recevrez de nouveau
resubscribed-lead = C’est fait : les messages { $kind } vous arrivent comme avant.
unsubscribe-rest = Ce lien est personnel. Il ne permet rien d’autre, et personne n’a besoin de se connecter.
mail-kind-round-opened = qui annoncent l’ouverture des souhaits
mail-kind-round-closing = qui rappellent la fin des souhaits
mail-kind-round-deleted = qui annoncent la suppression d’un tour où vous aviez exprimé des souhaits
mail-kind-plan-published = qui annoncent un planning
mail-kind-sessions-changed = qui annoncent une classe virtuelle ajoutée, déplacée ou annulée
mail-kind-place-offered = qui proposent une place libre
mail-kind-swap = au sujet des échanges d’heures
mail-kind-capacity-cut = qui annoncent une limite de connexions abaissée
mail-kind-load-alert = qui alertent sur la charge observée

# Ce qui s’oppose à un début
stands-pool-full = Pas assez de place { $when } ({ $pool }) : il en reste { $free } sur { $limit }, il en faut { $needed }.
stands-pool-full-kept = Pas assez de place { $when } ({ $pool }) : il en reste { $free } sur { $limit }, il en faut { $needed } ; { $kept } autres sont gardées pour ce qui est attendu en dehors des classes.
stands-arrivals-full = Trop de monde se connecte à la fois { $when } ({ $pool }) : il reste de la place pour { $free } sur { $limit }, il en faut pour { $needed }.
stands-arrivals-full-kept = Trop de monde se connecte à la fois { $when } ({ $pool }) : il reste de la place pour { $free } sur { $limit }, il en faut pour { $needed } ; { $kept } autres places sont gardées pour ce qui est attendu en dehors des classes.
stands-teacher-busy = { $who } est en « { $with } » { $when }.
stands-group-busy = { $who } est en « { $with } » { $when }.
stands-teacher-break = { $who } est en « { $with } » { $when } et a besoin de { $minutes } minutes de pause.
stands-group-break = { $who } est en « { $with } » { $when } et a besoin de { $minutes } minutes de pause.
stands-teacher-day-full = { $who } a déjà { $most } classes ce jour-là.
stands-group-day-full = { $who } a déjà { $most } classes ce jour-là.
stands-comes-after = Doit suivre « { $with } », qui a lieu { $when }.
stands-comes-before = Doit précéder « { $with } », qui a lieu { $when }.
stands-same-day = Ne doit pas être le même jour que « { $with } », { $when }.
stands-impossible-hours = Parmi vos heures impossibles : { $reason }.
stands-school-closed = L’établissement est fermé ce jour-là.
stands-teacher-overload = { $who } a { $count } classes pour des heures où il y a place pour { $most } d’entre elles au plus, quel que soit le plan : { $classes }.
stands-group-overload = { $who } a { $count } classes pour des heures où il y a place pour { $most } d’entre elles au plus, quel que soit le plan : { $classes }.
stands-pool-overload = Sur { $count } classes qui passent une à la fois ({ $pool }), il y a place pour { $most } au plus dans les heures qu’elles acceptent, quel que soit le plan.
own-pool = capacité de l’établissement
platform-pool = plateforme { $name }
login-pool = page de connexion { $name }

# Un opérateur dans les pages d’un établissement.
office-aside = Établissement administré
office-of = Vous administrez { $name }.
office-leave = Quitter et revenir à tous les établissements

# Des limites par jour et par heure, à peindre.
limits-week = La semaine
limits-usual = Limite habituelle
limits-usual-hint = Là où la grille ne dit rien.
limits-brush = Nombre du pinceau
limits-brush-hint = Faites glisser sur la grille, ou touchez une heure ou un jour pour remplir la ligne ou la colonne. Vide : la limite habituelle.
limits-fill = : remplir avec le nombre du pinceau
limits-cell = { $day } { $time }
limits-save = Enregistrer
limits-step = Lignes de { $step }. Autre découpage :
changed-meanwhile = Quelqu’un l’a modifié entre-temps, et rien n’a été fait. Voici ce qu’il en est maintenant.
outdated = Quelqu’un a changé ces informations entre-temps ; rien n’est écrasé. Voici ce que vous aviez saisi : enregistrez de nouveau pour le mettre à la place.
outdated-look = Voir ce qui est enregistré maintenant (nouvel onglet)

# Alertes de charge
alerts-title = Alertes de charge
alerts-what = Quoi
alerts-when = Quand
alerts-numbers = Charge
alert-near-limit = proche de la limite
alert-above-forecast = au-dessus de la prévision
alert-lasts = depuis { $from }
alert-over = { $from } jusqu’à { $to }
alert-numbers = { $observed } observées pour { $bound }
