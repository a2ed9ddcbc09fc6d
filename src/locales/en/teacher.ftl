# Painting the week
level-fine = fine
level-wish = wish
level-need = if need be
level-never = impossible
grid-brush = I paint with
grid-fill-row = fill this hour
grid-fill-day = fill this day
grid-cell = { $day } { $time }
grid-cell-full = { $when }, { $percent } full
wish-grid = Your preferences by day and hour
wish-grid-hint = Tap an hour to go from “fine” to “wish”, “if need be”, then “impossible”. The name of a day or an hour fills the whole column or row. What you leave alone is fine.
wish-grid-hint-brush = Choose what you paint with, then tap hours or draw over them with the mouse. Tapped again, an hour is fine. The name of a day or an hour paints the whole column or row. What you leave alone is fine.
wish-grid-fullness = The percentage tells how much each hour is asked for already.
wish-week = Week
wish-any-week = Another week of the round will do, too
wish-reason = Why hours are impossible
wish-reason-hint = Only if you painted any, for example: staff meeting.
wish-exact = Give exact hours instead
wish-exact-hint = Up to three starts to five minutes. If you also painted wished hours, these starts come first.
wish-copy = Copy my wishes from “{ $name }”
wish-copy-of = Copy their wishes from “{ $name }”
wish-copied = { $count ->
    [0] No wish was copied.
    [one] { $count } wish copied.
   *[other] { $count } wishes copied.
 }
wish-not-copied = “{ $title }” was not: { $why }
wish-nothing-against = Nothing stands against this wish.
wish-delete-all = Delete all weeks
wish-delete-all-text = This weekly class goes from all weeks of the round.
wish-scope = This wish is part of a weekly class
wish-scope-one = Change this week only
wish-scope-all = Change all weeks
finding-paint = Paint at least one wished hour, or give an exact one.
finding-reason = Say in a few words why hours are impossible.
finding-number = Give a whole positive number, or leave the field empty.
finding-about = { $what } – { $why }
finding-no-room = Wished for: { $hours }. A class of { $duration } does not fit into the opening hours there: paint another hour, or shorten the class.

# Rules of a wish
rule-title = Advanced rules
rule-weekly = Repetition
rule-weekly-yes = every week of the round
rule-weeks = Number of weeks
rule-weeks-hint = Empty: until the end of the round.
rule-after = Not before the end of another class
rule-after-none = Does not matter
rule-gap = Least minutes between the two
rule-apart = Not on the same day as
rule-teacher-break = Break between the teacher’s classes (min)
rule-group-break = Break of the groups (min)
rule-teacher-most = The teacher’s classes a day, at most
rule-group-most = Groups’ classes a day, at most

# My week
week-mine = My classes
week-awaits = { $count ->
    [one] One answer is awaited from you
   *[other] { $count } answers are awaited from you
 }
week-awaits-text = A place is offered to you, or a swap.
week-awaits-button = Answer
week-next-class = Next class
week-whole = Whole school
week-only-mine = Only my classes
week-print-button = Print
class-join = Join

# My plan
plan-title = My plan
plan-classes = What I got
plan-as-wished = as wished
plan-moved-by = moved by { $moved }
moved-by-you = moved by you
moved-by-teachers = moved by one of its teachers
moved-by-school = moved by the school
moved-by-swap = swapped with another class
moved-by-swap-with = swapped with { $name }
moved-since = moved
plan-booked = booked
plan-details = View and change
plan-why = Why
plan-unplaced = Without a place so far
plan-unplaced-text = No room was found for these wishes. Here is why, and what is still free.
plan-why-and-what = See why, and what to do
plan-empty = No classes so far
plan-empty-text = Enter your wishes while a round is open, or book a free hour at once.
plan-moved = “{ $title }” is now on { $when }. Your pupils will see it in their calendar.
plan-cancelled = “{ $title }” is cancelled. Your pupils will see it in their calendar.
plan-link-set = The room of this class is saved.
class-back = All my classes
class-when = { $day }, { $times }
class-none = This wish has no place.
class-move = Move
class-move-lead = The free starts nearest to your wish:
class-move-none = No other start is free in the days around.
class-move-other = Another day or hour
class-move-button = Move
class-move-missing = Choose a day and a time.
class-nearer = nearer to the wish
class-load = { $percent } full
class-cancel = Cancel this class
class-cancel-text = The class will not take place; its place will be offered to others and calendars will show it.
class-cancel-button = Cancel the class
class-again = Book again
class-swap = Swap with a colleague
class-room = Virtual classroom
class-link = Address of the room for this class
class-link-hint = Empty: your usual room.
class-now = What you can do now
class-now-text = Book a start that is still free, or put the class on the waiting list.
class-now-button = See the free starts
why-title = Why there?
why-first-choice = Your first choice, exactly.
why-moved = No better start was possible for all. This stood against it:
why-pinned = Your administrator has fixed this class at this hour.
why-unplaced = No start that you accept was possible. This stood against it:
why-stretch = { $day }, { $from } to { $to }
why-since = The plan had put it on { $planned }; since then it was { $how }.
why-free-now = Free in the plan.
why-connections = { $count ->
    [one] { $count } place
   *[other] { $count } places
 }
why-raise = { $more } more for { $pool }
why-raises = { $first } and { $next }
why-relief = With { $raises }, it could have been on { $when }.
swap-title = Swaps
swap-asked = { $name } proposes a swap to you
swap-waits = You await the answer of { $name }
swap-is-agreed = Swapped with { $name }
swap-is-declined = Swap with { $name } declined
swap-is-undone = Swap with { $name } undone
swap-is-outdated = Swap with { $name } is void: one of the classes has changed since
swap-accept = Accept
swap-decline = Decline
swap-withdraw = Withdraw my proposal
swap-undo = Undo the swap
swap-none = On that day no class of a colleague with an account can be swapped with this one.
swap-lead = For which class of { $day }?
swap-hint = Nothing moves until your colleague has accepted.
swap-propose = Propose the swap
swap-proposed = Your proposal is sent. Nothing moves before the answer.
swap-accepted = Swapped: both classes have changed their hour.
swap-undone = Undone: both classes are back at their hour.
swap-declined = Noted, the swap will not take place.
fairness-title = Fairness
fairness-moved = In the last rounds your classes were moved by { $moved } on average.
fairness-unplaced = { $count ->
    [one] One wish was left without a class.
   *[other] { $count } wishes were left without a class.
}
fairness-usual = Your wishes count as usual in the next one.
fairness-more = In the next one your wishes will count { $weight } times as much.
number-decimal-mark = .

# Booking
book-title = Book now
book-lead = Choose a free start: it is kept for you while you confirm.
book-what = Which class?
book-search = Show free starts
book-free = Free starts
book-begin = Choose a group and a duration: the free starts of the week appear here.
book-none = Nothing is free this week
book-none-text = Look at the next week, shorten the class, or put it on the waiting list.
book-day-none = Full.
book-legend = The percentage tells how full the hour would be with your class; pale hours are a relief to everybody.
book-slot = { $when }, { $percent } full
book-more = { $count ->
    [one] { $count } other start
   *[other] { $count } other starts
 }
book-hour = Around { $when }
book-taken = { $when }: the place has just been taken
book-near = The nearest free starts:
book-confirmed = “{ $title }” is booked, { $when }.
book-let-go = The place is let go.
hold-title = Place kept
hold-until = Kept for you until { $time }
hold-confirm = Confirm this class
hold-cancel = Let the place go
hold-over = Time is up: the place is not kept any more
hold-again = Search again
hold-finish = Confirm or let go
offer-title = A place is free for you
offer-accept = Accept this place
offer-decline = Leave it to the next
wait-title = Nothing suits? Waiting list
wait-text = A place that comes free on the days and at the hours that suit you is offered to you by mail, and here. Starts that are free already are not: book them above.
wait-days = Days that suit
wait-from = From
wait-to = Until
wait-hours-hint = Without hours the whole day suits.
wait-no-day = Choose at least one day.
wait-button = Put me on the list
wait-added = “{ $title }” is on the waiting list.
wait-list = On the waiting list
wait-span = Between { $from } and { $to }
wait-leave = Take off the list
wait-leave-text = The class will wait no more. A place that is offered goes to the next.
wait-left = The class waits no more.

# Settings
preferences-title = Settings
save = Save
saved = Saved.
copy = Copy
copied = Copied
feed-mine = My calendar
feed-mine-lead = Subscribe your phone or computer once: your classes arrive there, and so do their changes.
feed-make = Make my calendar
feed-make-another = Make another
feed-issued = Your calendar is ready
feed-issued-text = This address is shown only once. Subscribe now, or keep it in a safe place.
feed-since = Since { $when }
feed-read = Read { $day }
feed-unread = Never read
feed-replace = New address
feed-replace-text = The present address stops working at once.
feed-revoke = Revoke
feed-revoke-text = Programs that subscribe to it will get nothing any more.
feed-revoked = This calendar is revoked.
preferences-link = Address of your usual room
preferences-link-hint = Your classes to come follow when it changes. Over https.
preferences-mails = Mails
mail-kinds = Write to me when…
mail-choice-round-opened = wishes are open
mail-choice-round-closing = wishes close soon
mail-choice-round-deleted = a round is deleted with my wishes
mail-choice-plan-published = a timetable is published
mail-choice-sessions-changed = a class is added, moved or cancelled
mail-choice-place-offered = a place is free for me
mail-choice-swap = a swap is proposed or answered
mail-choice-capacity-cut = the capacity is cut
mail-choice-load-alert = the load is above the forecast or near a limit
quiet-title = Quiet hours
quiet-hint = Mails wait until they end, unless a class begins soon.
quiet-from = From
quiet-to = To
quiet-never = Never
quiet-wrong = Choose two different hours.
quiet-half = Choose this hour, too, or “Never” for both.
preferences-language = Language
preferences-role = I act as
preferences-role-button = Change role
role-teacher = teacher
role-admin = administrator
role-operator = operator
role-now-teacher = You act as a teacher.
role-now-admin = You act as an administrator.
role-now-operator = You act as an operator.
password-title = Password
password-current = Present password
password-current-hint = Not needed if you have just signed in by a link from a mail.
password-new = New password
password-new-hint = At least 12 characters. Your other browsers will be signed out.
password-set = Your password is changed.
password-wrong = The present password is not the right one.
password-missing = Give the present password, too.
browser-title = Signed-in devices
browser-unknown = Browser
browser-on = { $program } on { $system }
browser-this = This device
browser-seen = Seen { $when }
browser-end = Sign out
browser-end-text = This device will have to sign in again.
browser-ended = The device is signed out.
browser-end-all = Sign out everywhere
