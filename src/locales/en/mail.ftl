# The mails. The keys are those of fr/mail.ftl: a test holds it.

mail-subject-added = New virtual class: { $title }, { $when }
mail-subject-moved = Virtual class moved: { $title }, { $when }
mail-subject-cancelled = Virtual class cancelled: { $title }, { $when }
mail-subject-plan = { $count ->
    [one] Your virtual class
   *[other] Your { $count } virtual classes
 } from { $day }
mail-subject-changes = { $count } changes to your virtual classes from { $day }
mail-hello = Hello { $name },
mail-lead-added = { $count ->
    [one] A virtual class was added to your timetable.
   *[other] The timetable is published. Here are your { $count } virtual classes.
 }
mail-lead-moved = One of your virtual classes has a new time.
mail-lead-cancelled = One of your virtual classes will not take place.
mail-lead-changes = The timetable has changed. { $count } of your virtual classes are concerned.
mail-mark-added = New
mail-mark-moved = Moved
mail-mark-cancelled = Cancelled
mail-before = before: { $when }
mail-zone = Times are the school’s (time zone { $zone }).
mail-calendar = { $count ->
    [one] Open the attached file to bring this class up to date in your calendar.
   *[other] Open the attached file to bring these classes up to date in your calendar.
 }
mail-link = See the week
mail-why = You receive this message because you teach at this school: { $school }. It is sent automatically.
mail-why-admin = You receive this message because you run the virtual classes of this school: { $school }. It is sent automatically.
mail-why-operator = You receive this message because you run this installation of Créneau. It is sent automatically.
mail-unsubscribe = No longer receive this kind of message

# Mails about accounts
mail-sign-in-subject = Your link to sign in to Créneau
mail-sign-in-lead = Somebody, probably you, asked for a link to sign in to Créneau.
mail-sign-in-button = Sign in
mail-sign-in-once = The link works once, within { $minutes } minutes. If you did not ask for it, do nothing: without this mail nobody gets in.
mail-sign-in-why = You receive this message because your address belongs to an account of Créneau. It is sent automatically.
mail-invitation-subject = Invitation to Créneau: { $school }
mail-invitation-subject-operator = Invitation to run Créneau
mail-invitation-lead-operator = { $by } invites you to run this installation of Créneau.
mail-invitation-lead-admin = { $by } invites you to run the virtual classes of { $school } in Créneau.
mail-invitation-lead-teacher = { $by } invites you to Créneau, where you say when you would like to hold your virtual classes at { $school }.
mail-invitation-button = Accept the invitation
mail-invitation-once = The link works once, within { $days } days.
mail-invitation-why = You receive this message because somebody entered your address in Créneau. If it means nothing to you, do nothing. It is sent automatically.

# Mails about rounds
mail-opened-subject = Wishes are open: { $round }
mail-opened-lead = “{ $round }”, which begins on { $day }, takes your wishes for virtual classes.
mail-reminder-subject = Your wishes for virtual classes: { $round }
mail-reminder-lead = You have not entered a wish for “{ $round }” yet. It begins on { $day }.
mail-reminder-until = Wishes are accepted until { $when }.
mail-reminder-nothing = If you want nothing this time, say so: you will not be reminded.
mail-reminder-link = Enter my wishes
mail-deleted-subject = Your wishes are deleted: { $round }
mail-deleted-lead = Your school has deleted “{ $round }”, which was to begin on { $day }, and with it { $count ->
    [one] the wish that you had entered
   *[other] the { $count } wishes that you had entered
 }. Nothing of it had been published.
mail-deleted-ask = If you have questions, ask those who run the virtual classes of your school.
mail-deleted-ask-names = If you have questions, ask those who run the virtual classes of your school: { $names }.
mail-deleted-link = See where wishes are open

# Mails about places on offer and swaps
mail-offer-subject = A place is free: { $title }, { $when }
mail-offer-lead = A place has come free for a class that was waiting. It is kept for you.
mail-offer-until = Confirm before { $when }.
mail-offer-rest = Without your confirmation the place is offered to the next class, and yours goes to the end of the line.
mail-offer-expired-subject = Place not confirmed: { $title }
mail-offer-expired-lead = The place offered to “{ $title }” was not confirmed in time.
mail-offer-expired-rest = The class still waits, at the end of the line, for a place between { $from } and { $to }.
mail-offer-link = Confirm the place
mail-taken-off-subject = Class taken off the waiting list: { $title }
mail-taken-off-lead = Your school took “{ $title }” off the waiting list.
mail-taken-off-rest = The class waits no more for a place between { $from } and { $to }. A place that was offered to it is not kept any more.
mail-waited-in-vain-subject = No place found: { $title }
mail-waited-in-vain-lead = “{ $title }” found no place in the time for which it waited.
mail-waited-in-vain-rest = The class waited for a place between { $from } and { $to } and is off the waiting list now. You can book another time, or let it wait for one.
mail-plan-link = See my classes
mail-swap-own = Your class
mail-swap-other = The other class
mail-swap-proposed-subject = Swap of hours proposed: { $title }, { $when }
mail-swap-proposed-lead-school = Your school would like to swap the hours of two classes: each would take the other’s hour.
mail-swap-proposed-lead = { $name } would like to swap the hours of two classes: each would take the other’s hour.
mail-swap-proposed-rest = Nothing changes until the swap is accepted.
mail-swap-until = Answer before { $when }.
mail-swap-link = Answer
mail-swap-outdated-subject = Swap of hours void: { $title }, { $when }
mail-swap-outdated-lead = The swap of hours that you proposed will not be: one of the two classes has moved or was called off meanwhile.
mail-swap-outdated-rest = You can propose another.
mail-swap-declined-subject = Swap of hours declined: { $title }, { $when }
mail-swap-declined-lead = The swap of hours between these two classes will not be: it was declined or withdrawn.
mail-swap-declined-rest = Both classes keep their hours.

# Mails about limits that were lowered
mail-cut-subject = Fewer connections: { $count ->
    [one] one virtual class concerned
   *[other] { $count } virtual classes concerned
 }
mail-cut-lead = A limit of connections was lowered. { $count ->
    [one] One of your virtual classes is at an hour with too many connections now.
   *[other] { $count } of your virtual classes are at hours with too many connections now.
 }
mail-cut-lead-admin = A limit of connections was lowered. { $count ->
    [one] One virtual class is at an hour with too many connections now.
   *[other] { $count } virtual classes are at hours with too many connections now.
 }
mail-cut-over = { $count ->
    [one] One connection too many
   *[other] { $count } connections too many
 }, { $pool }
mail-cut-more = { $count ->
    [one] And one more class.
   *[other] And { $count } more classes.
 }
mail-cut-rest = Nothing has changed yet. If one of your classes has to move, another message will tell you.
mail-cut-rest-admin = Nothing moves by itself: solve a round anew, or move classes one by one.

# Mails about load
mail-alert-subject-near-limit = Load near the limit: { $place }
mail-alert-subject-above-forecast = Load above the forecast: { $place }
mail-alert-over-subject-near-limit = Load no longer near the limit: { $place }
mail-alert-over-subject-above-forecast = Load no longer above the forecast: { $place }
mail-alert-lead-near-limit = The load observed is nine tenths of the limit or more: { $place }.
mail-alert-lead-above-forecast = The load observed is above all that was expected, virtual classes included: { $place }.
mail-alert-over-lead-near-limit = The alert is over, the load observed is well below the limit again: { $place }.
mail-alert-over-lead-above-forecast = The alert is over, the load observed is what was expected again: { $place }.
mail-alert-silent-subject = No load is observed any more: { $place }
mail-alert-silent-lead = The alert is ended because no load was observed for an hour: { $place }. Whether it lasts nobody knows; see whether its source still answers.
mail-alert-connections = { $count ->
    [one] one connection
   *[other] { $number } connections at a time
 }
mail-alert-logins = { $count ->
    [one] one arrival
   *[other] { $number } arrivals
 } within { $minutes } minutes
mail-alert-observed = Observed when the alert began: { $what }
mail-alert-expected = Expected at most: { $what }
mail-alert-limit = Limit: { $what }
mail-alert-since = Since: { $when }
mail-alert-until = Until: { $when }
mail-alert-rest = Nothing changes by itself. If need be, move classes to off-peak hours. Another message will tell you when the alert is over.
mail-alert-rest-operator = Nothing changes by itself. Another message will tell you when the alert is over.
mail-alert-zone = Times are those of the time zone { $zone }.
mail-alert-link = See the load
