# Peindre la semaine
level-fine = convient
level-wish = souhaité
level-need = s’il le faut
level-never = impossible
grid-brush = Je peins avec
grid-fill-row = remplir cette heure
grid-fill-day = remplir ce jour
grid-cell = { $day } { $time }
grid-cell-full = { $when }, rempli à { $percent }
wish-grid = Vos préférences par jour et par heure
wish-grid-hint = Touchez une heure pour passer de « convient » à « souhaité », « s’il le faut », puis « impossible ». Le nom d’un jour ou d’une heure remplit toute la colonne ou toute la ligne. Ce que vous ne touchez pas convient.
wish-grid-hint-brush = Choisissez ce que vous peignez, puis touchez des heures ou passez dessus avec la souris. Touchée de nouveau, une heure convient. Le nom d’un jour ou d’une heure peint toute la colonne ou toute la ligne. Ce que vous ne touchez pas convient.
wish-grid-fullness = Le pourcentage dit combien chaque heure est déjà demandée.
wish-week = Semaine
wish-any-week = Une autre semaine du tour convient aussi
wish-reason = Pourquoi des heures sont impossibles
wish-reason-hint = Seulement si vous en avez peint, par exemple : conseil de classe.
wish-exact = Donner plutôt des heures exactes
wish-exact-hint = Jusqu’à trois débuts à cinq minutes près. Si vous avez aussi peint des heures souhaitées, ces débuts passent avant.
wish-copy = Reprendre mes souhaits de « { $name } »
wish-copy-of = Reprendre ses souhaits de « { $name } »
wish-copied = { $count ->
    [0] Aucun souhait n’a été repris.
    [one] { $count } souhait repris.
   *[other] { $count } souhaits repris.
 }
wish-not-copied = « { $title } » ne l’a pas été : { $why }
wish-nothing-against = Rien ne s’oppose à ce souhait.
wish-delete-all = Supprimer toutes les semaines
wish-delete-all-text = Cette classe hebdomadaire disparaît de toutes les semaines du tour.
wish-scope = Ce souhait fait partie d’une classe hebdomadaire
wish-scope-one = Changer cette semaine seulement
wish-scope-all = Changer toutes les semaines
finding-paint = Peignez au moins une heure souhaitée, ou donnez une heure exacte.
finding-reason = Dites en quelques mots pourquoi des heures sont impossibles.
finding-number = Donnez un nombre entier positif, ou laissez le champ vide.
finding-about = { $what } – { $why }
finding-no-room = Souhaité : { $hours }. Une classe de { $duration } n’y tient pas dans les heures d’ouverture : peignez une autre heure, ou raccourcissez la classe.

# Règles d’un souhait
rule-title = Règles avancées
rule-weekly = Répétition
rule-weekly-yes = chaque semaine du tour
rule-weeks = Nombre de semaines
rule-weeks-hint = Vide : jusqu’à la fin du tour.
rule-after = Pas avant la fin d’une autre classe
rule-after-none = Peu importe
rule-gap = Minutes au moins entre les deux
rule-apart = Pas le même jour que
rule-teacher-break = Pause entre les classes du professeur (min)
rule-group-break = Pause des groupes (min)
rule-teacher-most = Classes du professeur par jour, au plus
rule-group-most = Classes des groupes par jour, au plus

# Ma semaine
week-mine = Mes classes
week-awaits = { $count ->
    [one] Une réponse est attendue de vous
   *[other] { $count } réponses sont attendues de vous
 }
week-awaits-text = Une place vous est proposée, ou un échange.
week-awaits-button = Répondre
week-next-class = Prochaine classe
week-whole = Tout l’établissement
week-only-mine = Mes classes seulement
week-print-button = Imprimer
class-join = Rejoindre

# Mes classes
plan-title = Mes classes
plan-classes = Ce que j’ai obtenu
plan-as-wished = comme souhaité
plan-moved-by = déplacée de { $moved }
moved-by-you = déplacée par vous
moved-by-teachers = déplacée par l’un de ses professeurs
moved-by-school = déplacée par l’établissement
moved-by-swap = échangée avec une autre classe
moved-by-swap-with = échangée avec { $name }
moved-since = déplacée
plan-booked = réservée
plan-details = Voir et modifier
plan-why = Pourquoi
plan-unplaced = Sans place pour l’instant
plan-unplaced-text = Ces souhaits n’ont pas trouvé de place. Voici pourquoi, et ce qui est encore libre.
plan-why-and-what = Voir pourquoi, et que faire
plan-empty = Aucune classe pour l’instant
plan-empty-text = Dites vos souhaits pendant qu’un tour est ouvert, ou réservez une heure libre tout de suite.
plan-moved = « { $title } » a maintenant lieu { $when }. Vos élèves le verront dans leur agenda.
plan-cancelled = « { $title } » est annulée. Vos élèves le verront dans leur agenda.
plan-link-set = La salle de cette classe est enregistrée.
class-back = Toutes mes classes
class-when = { $day }, { $times }
class-none = Ce souhait n’a pas de place.
class-move = Déplacer
class-move-lead = Les débuts libres les plus proches de votre souhait :
class-move-none = Aucun autre début n’est libre dans les jours voisins.
class-move-other = Un autre jour ou une autre heure
class-move-button = Déplacer
class-move-missing = Choisissez un jour et une heure.
class-nearer = plus proche du souhait
class-load = rempli à { $percent }
class-cancel = Annuler cette classe
class-cancel-text = La classe n’aura pas lieu ; sa place sera proposée à d’autres et les calendriers le montreront.
class-cancel-button = Annuler la classe
class-again = Réserver de nouveau
class-swap = Échanger avec un collègue
class-room = Salle virtuelle
class-link = Adresse de la salle pour cette classe
class-link-hint = Vide : votre salle habituelle.
class-now = Ce que vous pouvez faire maintenant
class-now-text = Réservez un début encore libre, ou mettez la classe en liste d’attente.
class-now-button = Voir les débuts libres
why-title = Pourquoi là ?
why-first-choice = Votre premier choix, exactement.
why-moved = Aucun meilleur début n’était possible pour tous. Voici ce qui s’y opposait :
why-pinned = Votre administrateur a fixé cette classe à cette heure.
why-unplaced = Aucun début que vous acceptez n’était possible. Voici ce qui s’y opposait :
why-stretch = { $day }, de { $from } à { $to }
why-since = Le plan l’avait placée { $planned } ; depuis, elle a été { $how }.
why-free-now = Libre dans le plan.
why-connections = { $count ->
    [one] { $count } place
   *[other] { $count } places
 }
why-raise = { $more } de plus pour { $pool }
why-raises = { $first } et { $next }
why-relief = Avec { $raises }, elle aurait pu avoir lieu { $when }.
swap-title = Échanges
swap-asked = { $name } vous propose un échange
swap-waits = Vous attendez la réponse de { $name }
swap-is-agreed = Échange fait avec { $name }
swap-is-declined = Échange refusé avec { $name }
swap-is-undone = Échange défait avec { $name }
swap-is-outdated = Échange avec { $name } sans objet, car l’une des classes a changé depuis
swap-accept = Accepter
swap-decline = Refuser
swap-withdraw = Retirer ma proposition
swap-undo = Défaire l’échange
swap-none = Ce jour-là, aucune classe d’un collègue qui a un compte ne peut être échangée avec celle-ci.
swap-lead = Contre laquelle des classes du { $day } ?
swap-hint = Rien ne bouge avant que votre collègue ait accepté.
swap-propose = Proposer l’échange
swap-proposed = Votre proposition est envoyée. Rien ne bouge avant la réponse.
swap-accepted = Échange fait : les deux classes ont changé d’heure.
swap-undone = Échange défait : les deux classes sont revenues à leur heure.
swap-declined = C’est noté, l’échange n’aura pas lieu.
fairness-title = Équité
fairness-moved = Dans les derniers tours, vos classes ont été déplacées de { $moved } en moyenne.
fairness-unplaced = { $count ->
    [one] Un souhait est resté sans classe.
   *[other] { $count } souhaits sont restés sans classe.
}
fairness-usual = Vos souhaits comptent comme d’habitude au prochain.
fairness-more = Au prochain, vos souhaits compteront { $weight } fois plus.
number-decimal-mark = ,

# Réserver
book-title = Réserver maintenant
book-lead = Choisissez un début libre : il est gardé pour vous le temps de confirmer.
book-what = Quelle classe ?
book-search = Voir les débuts libres
book-free = Débuts libres
book-begin = Choisissez un groupe et une durée : les débuts libres de la semaine apparaissent ici.
book-none = Rien de libre cette semaine
book-none-text = Regardez la semaine suivante, raccourcissez la classe ou mettez-la en liste d’attente.
book-day-none = Complet.
book-legend = Le pourcentage dit combien l’heure serait remplie avec votre classe ; les heures pâles soulagent tout le monde.
book-slot = { $when }, rempli à { $percent }
book-more = { $count ->
    [one] { $count } autre début
   *[other] { $count } autres débuts
 }
book-hour = Autour de { $when }
book-taken = { $when } : la place vient d’être prise
book-near = Les débuts libres les plus proches :
book-confirmed = « { $title } » est réservée, { $when }.
book-let-go = La place est rendue.
hold-title = Place gardée
hold-until = Gardée pour vous jusqu’à { $time }
hold-confirm = Confirmer cette classe
hold-cancel = Rendre la place
hold-over = Le temps est écoulé : la place n’est plus gardée
hold-again = Chercher de nouveau
hold-finish = Confirmer ou rendre
offer-title = Une place s’est libérée pour vous
offer-accept = Accepter cette place
offer-decline = Laisser au suivant
wait-title = Rien ne convient ? Liste d’attente
wait-text = Une place qui se libère aux jours et aux heures qui vous conviennent vous est proposée par message, et ici. Les débuts déjà libres ne le sont pas : réservez-les ci-dessus.
wait-days = Jours qui conviennent
wait-from = À partir de
wait-to = Jusqu’à
wait-hours-hint = Sans heures, toute la journée convient.
wait-no-day = Choisissez au moins un jour.
wait-button = M’inscrire
wait-added = « { $title } » est en liste d’attente.
wait-list = En liste d’attente
wait-span = Entre { $from } et { $to }
wait-leave = Retirer de la liste
wait-leave-text = La classe n’attendra plus. Une place proposée ira au suivant.
wait-left = La classe n’attend plus.

# Réglages
preferences-title = Réglages
save = Enregistrer
saved = C’est enregistré.
copy = Copier
copied = Copié
feed-mine = Mon calendrier
feed-mine-lead = Abonnez votre téléphone ou votre ordinateur une fois : vos classes y arrivent, et leurs changements aussi.
feed-make = Créer mon calendrier
feed-make-another = En créer un autre
feed-issued = Votre calendrier est prêt
feed-issued-text = Cette adresse n’est montrée qu’une fois. Abonnez-vous maintenant, ou gardez-la en lieu sûr.
feed-since = Depuis { $when }
feed-read = Lu { $day }
feed-unread = Jamais lu
feed-replace = Nouvelle adresse
feed-replace-text = L’adresse actuelle cesse aussitôt de fonctionner.
feed-revoke = Supprimer
feed-revoke-text = Les programmes abonnés ne recevront plus rien.
feed-revoked = Ce calendrier est supprimé.
preferences-link = Adresse de votre salle habituelle
preferences-link-hint = Vos classes à venir la suivent quand elle change. En https.
preferences-mails = Messages
mail-kinds = M’écrire quand…
mail-choice-round-opened = les souhaits sont ouverts
mail-choice-round-closing = la fin des souhaits approche
mail-choice-round-deleted = un tour est supprimé avec mes souhaits
mail-choice-plan-published = un emploi du temps est publié
mail-choice-sessions-changed = une classe est ajoutée, déplacée ou annulée
mail-choice-place-offered = une place se libère pour moi
mail-choice-swap = on me propose un échange, ou on y répond
mail-choice-capacity-cut = la capacité est réduite
mail-choice-load-alert = la charge dépasse la prévision ou approche d’une limite
quiet-title = Heures calmes
quiet-hint = Les messages attendent la fin, sauf si une classe commence bientôt.
quiet-from = De
quiet-to = À
quiet-never = Jamais
quiet-wrong = Choisissez deux heures différentes.
quiet-half = Choisissez aussi cette heure, ou « Jamais » pour les deux.
preferences-language = Langue
preferences-role = J’agis comme
preferences-role-button = Changer de rôle
role-teacher = professeur
role-admin = administration
role-operator = exploitation
role-now-teacher = Vous agissez comme professeur.
role-now-admin = Vous agissez pour l’administration.
role-now-operator = Vous agissez pour l’exploitation.
password-title = Mot de passe
password-current = Mot de passe actuel
password-current-hint = Inutile si vous venez d’entrer par un lien reçu par courriel.
password-new = Nouveau mot de passe
password-new-hint = 12 caractères au moins. Vos autres navigateurs seront déconnectés.
password-set = Votre mot de passe est changé.
password-wrong = Le mot de passe actuel n’est pas le bon.
password-missing = Donnez aussi le mot de passe actuel.
browser-title = Appareils connectés
browser-unknown = Navigateur
browser-on = { $program } sous { $system }
browser-this = Cet appareil
browser-seen = Vu { $when }
browser-end = Déconnecter
browser-end-text = Cet appareil devra se reconnecter.
browser-ended = L’appareil est déconnecté.
browser-end-all = Tout déconnecter
