# The pages of the website. The keys are those of fr/web.ftl: a test compares them.

# The frame of every page
app-name = Créneau
app-claim = Every virtual class at its hour
page-title = { $page } · Créneau
skip-to-content = Skip to content
nav-main = Main navigation
nav-week = The week
nav-my-week = My week
nav-ask = My wishes
nav-plan = My plan
nav-book = Book
nav-preferences = Settings
nav-rounds = Round
nav-groups = Groups
nav-teachers = Teachers
nav-capacity = Capacity
nav-outbox = Mails
nav-audit = Audit
nav-load = Load map
nav-platforms = Platforms
nav-schools = Schools
nav-federations = Federations
nav-people = People
nav-more = More
nav-sign-out = Sign out
nav-language = Language of this page
language-fr = Français
language-en = English
footer-line = Créneau spreads a school’s virtual classes over the week, so that every one of them can connect.

# Dates, hours, numbers
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
weekday-short-1 = Mon
weekday-short-2 = Tue
weekday-short-3 = Wed
weekday-short-4 = Thu
weekday-short-5 = Fri
weekday-short-6 = Sat
weekday-short-7 = Sun
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
date-day = { $weekday } { $day } { $month }
date-day-year = { $day } { $year }
date-day-short = { $weekday } { $day }
date-day-time = { $day } at { $time }
date-span-one-month = { $from } to { $to } { $month } { $year }
date-span-two-months = { $from } { $month } to { $to } { $month-to } { $year }
date-span-two-years = { $from } { $month } { $year } to { $to } { $month-to } { $year-to }
date-first = 1
time-hour = { $hour }:00
time-minutes = { $hour }:{ $minute }
time-span = { $from }–{ $to }
duration-minutes = { $minutes } min
duration-hours = { $hours } h
duration-hours-minutes = { $hours } h { $minutes }
number-group-mark = ,
percent = { $percent }%

# Home and sign-in
home-lead = When every teacher opens a virtual class at nine o’clock, nobody gets in. Créneau gathers everyone’s wishes and finds the week in which all the classes fit.
home-how = How it works
home-step-wish = Everyone says their wish
home-step-wish-text = A group, a duration, a preferred hour, and what would do as well. Two minutes on a phone.
home-step-plan = Créneau finds the room
home-step-plan-text = No hour takes more than the platform can carry, and classes stay as close to the wishes as they can.
home-step-week = The week is published
home-step-week-text = Pupils subscribe to their group’s calendar; teachers get their hours by mail.
home-figure = Two curves of connections over a morning. As wished: a peak at nine o’clock, far above the capacity. As planned: an even load, always below the capacity.
home-figure-wished = wished
home-figure-planned = planned
home-figure-capacity = the platform’s capacity
sign-in-title = Sign in
sign-in-lead = With your address and password, or by a link that comes by mail.
sign-in-email = E-mail address
sign-in-password = Password
sign-in-password-hint = No password, or forgotten it? Leave the field empty and ask for a link.
sign-in-button = Sign in
sign-in-link-button = Mail me a link
sign-in-sent = Look into your mail
sign-in-sent-text = If this address is an account’s, a link to sign in is on its way. It works once, within 15 minutes.
sign-in-no-address = Give a whole e-mail address, such as first.last@example.org.
sign-in-wrong-password = The address or the password is wrong. You can ask for a link, too.
sign-in-wait = { $count ->
    [one] Too many failed attempts. Wait a minute, or ask for a link.
   *[other] Too many failed attempts. Wait { $count } minutes, or ask for a link.
 }
sign-in-with-key = I have an access key
sign-in-key = Access key
sign-in-key-hint = The one that your school gave you.
sign-in-key-button = Enter with the key
sign-in-where = No account? Your school’s administrator can invite you. Pupils and parents need none: the link to their group’s calendar is enough.
link-title = Sign in to Créneau
link-lead = This link signs you in on this device. It works only once.
invitation-title = Invitation
invitation-lead-operator = { $by } invites you to run this installation of Créneau.
invitation-lead-admin = { $by } invites you to run the virtual classes of { $school }.
invitation-lead-teacher = { $by } invites you to say your wishes for virtual classes at { $school }.
invitation-name = Your name
invitation-password-hint = Optional, at least 12 characters. Without a password you sign in by a link that comes by mail.
invitation-has-account = You have an account of Créneau at this address already: { $name }.
invitation-button = Accept
account-errors = To be corrected
account-error-password = This password is too short, too long, or holds the name in your address: 12 to 200 characters, without that name.
account-error-name = Give your name, without invisible characters.
account-error-email = Give a whole e-mail address that has no account yet.
account-error-member = This invitation is for somebody who has this role already.
sign-in-empty = Paste your access key before you go on.
sign-in-wrong = This key is not valid: it is incomplete, expired or revoked. Check that it is whole, or ask your school for a new one.
signed-out = You are signed out.

# Error pages
problem-back = Back to the start
problem-not-found = Page not found
problem-not-found-text = This page does not exist, or does not exist any more. Check the address, or begin again from the start.
problem-forbidden = Not allowed
problem-forbidden-text = Your account may not see this page.
problem-form = This form has expired
problem-form-text = The form does not come from your session, or the session has changed since. Nothing was saved. Go back, reload the page and try again.
problem-form-signed-out = You are not signed in any more, and nothing was saved. Sign in in another tab, then come back here: what you had entered is not lost.
problem-form-again = Your session has changed since, and nothing was saved. You can send again what you had entered.
problem-form-send = Send again
problem-form-sign-in = Sign in (new tab)
problem-link = This link is not valid
problem-link-text = This personal link is incomplete, expired or revoked. Ask your school for a new one.
problem-gone-text = This link was used already, has expired or is incomplete. Ask for another.
problem-invitation-text = This invitation was used already, has expired or is incomplete. If you accepted it, sign in; if not, ask for another.
problem-feed-text = This calendar link is incomplete or was revoked. Ask your school for the new one.
problem-busy = Many people at once
problem-busy-text = The service could not answer in time. Try again in a moment.
problem-internal = Something went wrong
problem-internal-text = The fault is ours, and it has been recorded. Try again in a moment.
problem-input = We did not understand that
problem-input-text = The address or the form holds a value that we do not understand. Begin again from the start.

# The school's week
week-title = Week of { $span }
week-previous = Previous week
week-next = Next week
week-moves = Change the week
week-filter = Choose a group or a teacher
week-filter-group = Group
week-filter-teacher = Teacher
week-filter-all-groups = All groups
week-filter-all-teachers = All teachers
week-filter-show = Show
week-filter-clear = Whole school
week-school-other = Another school
week-school-choice = School
week-classes = { $count ->
    [0] No classes
    [one] { $count } class
   *[other] { $count } classes
 }
week-published = Published classes
week-peak = Peak { $load } of { $limit } connections, { $when }
week-peak-none = No connections planned
week-quiet = Quiet hours
week-quiet-none = No quiet hour this week
week-quiet-hint = less than { $percent } of the capacity
week-quiet-others = { $count ->
    [one] and one other stretch
   *[other] and { $count } other stretches
 }
week-hour-classes = { $count ->
    [one] { $count } class begins
   *[other] { $count } classes begin
 }
week-load = Load and capacity
week-load-of = { $day }: peak of { $load } connections out of { $limit }, at { $time }
week-load-of-none = { $day }: no connections
week-legend = Legend
week-legend-load = planned connections
week-legend-limit = capacity
week-legend-over = over capacity
week-hour-level-quiet = quiet
week-hour-level-some = calm
week-hour-level-busy = busy
week-hour-level-full = full
week-hour-level-over = over
week-day-none = No classes on this day.
week-empty = No class is published for this week.
week-empty-filtered = No class is published this week for { $name }.
week-empty-teacher = If a round is open, enter your wishes: the week appears here as soon as it is published.
week-empty-admin = Open a round, solve it and publish the plan: the week will appear here.
week-empty-wishes = Enter my wishes
week-empty-all = See the whole school
week-cancelled = cancelled
week-print = Print this page to put it up.
week-zone = Local time ({ $zone }).
week-no-school = No school
week-no-school-text = No school has been entered yet.

# My wishes
wishes-title = My wishes
wishes-title-of = Wishes: { $name }
wishes-round = { $name }, { $span }
wishes-round-choice = Round
wishes-round-show = Show
wishes-lead = Say when you would like to hold your virtual classes, and what would do as well: the more room you leave, the closer you stay to your wish.
wishes-lead-of = What you enter here counts as entered by this person, who sees it and can change it as long as the round is open.
wishes-none-open = No round is open
wishes-none-open-text = Your school will open the next round; you can then say here when you would like to hold your classes. Until then, the published week is there.
wishes-none-open-text-of = Open a round: wishes can then be entered for each teacher.
wishes-none-open-rounds = Open a round
wishes-none-open-week = See the week
wishes-admin = This page is for teachers
wishes-admin-text = To enter a wish for a teacher, choose them in the list: “Wishes” opens theirs.
wishes-admin-link = Choose a teacher
wishes-mine = My wishes in this round
wishes-mine-count = { $count ->
    [0] none so far
    [one] { $count } wish
   *[other] { $count } wishes
 }
wishes-mine-none = Nothing so far. Your first wish will appear here.
wishes-mine-got = What I got
wishes-theirs = Their wishes in this round
wishes-theirs-got = What was given
wishes-theirs-none = No wish yet.
wishes-nothing = I want nothing this time
wishes-nothing-of = Nothing is wanted this time
wishes-nothing-said = You have said that you want nothing this time: you are not reminded.
wishes-nothing-said-of = Nothing is wanted this time: no reminder is sent.
wishes-nothing-undo = Take that back
wishes-nothing-done = It is noted: nothing this time.
wishes-nothing-undone = It is taken back: wishes are expected again.
wish-edit = Change
wish-edit-which = Change “{ $title }”
wish-delete = Delete
wish-delete-which = Delete “{ $title }”
wish-delete-ruled = { $count ->
    [one] Another wish is to come after it, or on another day, and loses that rule.
   *[other] { $count } other wishes are to come after it, or on other days, and lose that rule.
 }
wish-preferred = Wished
wish-impossible = Impossible
wish-then = then
wish-got-exactly = { $when }, as wished
wish-got-moved = { $when }, moved by { $moved }
wish-got-nothing = No room was found: speak to your administrator.
wish-got-nothing-of = No place was found.
wish-got-cancelled = { $when }, cancelled
wish-new = New wish
wish-change = Change the wish
wish-title = Title of the class
wish-title-hint = For example the subject: pupils will read it in their calendar.
wish-groups = Groups
wish-groups-hint = One or several.
wish-groups-pupils = { $count ->
    [one] { $count } pupil
   *[other] { $count } pupils
 }
wish-duration = Duration
wish-when = When?
wish-first = First choice
wish-second = Second choice
wish-third = Third choice
wish-day = Day
wish-time = Start
wish-choose = Choose…
wish-no-day = None
wish-tolerance = How far the class may move from these hours
wish-tolerance-none = Not at all: exactly then
wish-tolerance-some = Up to { $duration } before or after
wish-otherwise = And if none of this is free?
wish-otherwise-same-day = Another hour of the same day
wish-otherwise-any-day = Another hour, any day of the round
wish-otherwise-never = Rather no class at all
wish-save-new = Save this wish
wish-save-change = Save the changes
wish-cancel-change = Cancel
wish-added = The wish is saved.
wish-changed = The wish is changed.
wish-deleted = The wish is deleted.
wish-errors = { $count ->
    [one] One correction is needed
   *[other] { $count } corrections are needed
 }
wish-errors-text = Nothing has been saved yet; what you entered is still there.
wishes-crowded = These wishes cannot all have a class
wishes-crowded-text = There is too little time for all of them, whatever the plan. Other hours for one of them can help.
wish-error-prefix = Error:
affluence-hour = Hour
affluence-closed = closed

# What is wrong with a wish
finding-half = Choose { $missing ->
    [day] the day
   *[time] the start
 } too, or empty this choice.
finding-otherwise = Choose one of the possibilities.
finding-twice = This choice repeats an earlier one: change or empty it.

# The page of a calendar, for pupils and parents
feed-title = The week of { $name }
feed-subscribe = Subscribe in your calendar
feed-subscribe-lead = Subscribe once: changes will arrive by themselves.
feed-subscribe-button = Subscribe
feed-address = Address of the calendar
feed-address-hint = Keep it to yourself: whoever has it sees these hours.
feed-download = Download the .ics file
feed-qr = On your phone, point the camera here: this page opens, and “Subscribe” is a tap away.
feed-qr-alt = QR code of this page

# Mails that somebody does not want any more
unsubscribe-title = No longer receive these messages?
unsubscribe-lead = These are the messages { $kind }. All others will still reach you.
unsubscribe-button = Stop them
unsubscribed-title = Done
unsubscribed-lead = You will receive no more messages { $kind }.
unsubscribed-button = Receive them again
resubscribed-title = You will receive them again
resubscribed-lead = Done: the messages { $kind } reach you as before.
unsubscribe-rest = This link is yours. It allows nothing else, and nobody has to sign in.
mail-kind-round-opened = that say wishes are open
mail-kind-round-closing = that remind you of the end of wishes
mail-kind-round-deleted = that say a round with your wishes was deleted
mail-kind-plan-published = that announce a timetable
mail-kind-sessions-changed = that announce a virtual class added, moved or cancelled
mail-kind-place-offered = that offer a free place
mail-kind-swap = about swaps of hours
mail-kind-capacity-cut = that announce a lowered limit of connections
mail-kind-load-alert = that warn of the load observed

# What stands against a start
stands-pool-full = Not enough room on { $when } ({ $pool }): { $free } of { $limit } places are left, { $needed } are needed.
stands-pool-full-kept = Not enough room on { $when } ({ $pool }): { $free } of { $limit } places are left, { $needed } are needed; { $kept } more are kept for what is expected besides classes.
stands-arrivals-full = Too many sign in at once on { $when } ({ $pool }): there is room for { $free } of { $limit }, { $needed } would come.
stands-arrivals-full-kept = Too many sign in at once on { $when } ({ $pool }): there is room for { $free } of { $limit }, { $needed } would come; room for { $kept } more is kept for what is expected besides classes.
stands-teacher-busy = { $who } is in “{ $with }” on { $when }.
stands-group-busy = { $who } is in “{ $with }” on { $when }.
stands-teacher-break = { $who } is in “{ $with }” on { $when } and needs { $minutes } minutes of break.
stands-group-break = { $who } is in “{ $with }” on { $when } and needs { $minutes } minutes of break.
stands-teacher-day-full = { $who } has { $most } classes on that day already.
stands-group-day-full = { $who } has { $most } classes on that day already.
stands-comes-after = Must follow “{ $with }”, which is on { $when }.
stands-comes-before = Must precede “{ $with }”, which is on { $when }.
stands-same-day = Must not be on the same day as “{ $with }”, { $when }.
stands-impossible-hours = Among your impossible hours: { $reason }.
stands-school-closed = The school is closed on that day.
stands-teacher-overload = { $who } has { $count } classes for hours with room for { $most } of them at most, whatever the plan: { $classes }.
stands-group-overload = { $who } has { $count } classes for hours with room for { $most } of them at most, whatever the plan: { $classes }.
stands-pool-overload = Of { $count } classes that are one at a time ({ $pool }), at most { $most } have room in the hours that they allow, whatever the plan.
own-pool = the school’s capacity
platform-pool = platform { $name }
login-pool = sign-in page { $name }

# An operator in a school’s pages.
office-aside = School you look after
office-of = You look after { $name }.
office-leave = Leave, back to all schools

# Limits by day and hour, to paint.
limits-week = The week
limits-usual = Usual limit
limits-usual-hint = Where the grid says nothing.
limits-brush = Number on the brush
limits-brush-hint = Drag over the grid, or press an hour or a day to fill its row or column. Empty: the usual limit.
limits-fill = : fill with the number on the brush
limits-cell = { $day } { $time }
limits-save = Save
limits-step = Rows of { $step }. Cut into rows of:
changed-meanwhile = Somebody changed this in the meantime, and nothing was done. Here it is as it is now.
outdated = Somebody changed this in the meantime; nothing is overwritten. Here is what you had typed: save once more to put it in its place.
outdated-look = See what is saved now (new tab)

# Alerts of load
alerts-title = Alerts of load
alerts-what = What
alerts-when = When
alerts-numbers = Load
alert-near-limit = near the limit
alert-above-forecast = above the forecast
alert-lasts = since { $from }
alert-over = { $from } to { $to }
alert-numbers = { $observed } observed for { $bound }
