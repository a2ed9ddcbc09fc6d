# The pages of admins. The keys are the same in fr/admin.ftl.

# The frame
admin-cancel = Cancel
admin-save = Save
admin-tabs = Pages beside this one
admin-deeds = Actions
admin-state = State
admin-pages = { $from } to { $to } of { $all }
admin-pages-moves = More pages
admin-pages-previous = Previous
admin-pages-next = Next
admin-older = Older
admin-of = { $some } of { $all }
admin-connections = Connections
admin-account = Account
admin-copy = Copy
admin-copied = Copied
admin-secret = Secret
admin-export = Export as CSV
admin-outdated = Somebody else changed this meanwhile. Look at what is there now, then try again.
admin-error-number = Write a whole number, nought or more.
admin-error-day = Choose a date.
admin-error-time = Write a time, such as 08:30.
admin-error-instant = Choose a date and a time.
admin-error-order = The end must come after the beginning.
admin-error-hours = Write hours such as 8:00-12:15, 13:15-18:00, or nothing.
admin-tab-groups = Groups
admin-tab-import = Import
admin-tab-feeds = Calendars
admin-tab-teachers = Teachers
admin-tab-invitations = Invitations
admin-tab-capacity = Capacity
admin-tab-overloads = What no longer fits
admin-tab-calendar = School and closed days
admin-tab-rules = Notice
admin-tab-rounds = Rounds
admin-tab-sessions = Classes and waiting list
admin-tab-outbox = Mails
admin-tab-webhooks = Webhooks
admin-tab-tokens = Access keys
admin-done-saved = Saved.
admin-done-group-added = The group is added.
admin-done-group-changed = The group is changed.
admin-done-group-deleted = The group is deleted.
admin-done-teacher-added = The teacher is added.
admin-done-teacher-changed = The teacher is changed.
admin-done-teacher-deleted = The teacher is deleted.
admin-done-teacher-erased = The person is erased. Their classes stay.
admin-done-imported = The table is imported.
admin-done-invited-all = { $count ->
    [0] Nobody was left to invite.
    [one] One invitation is on its way by e-mail.
   *[other] { $count } invitations are on their way by e-mail.
}
admin-done-invited = The invitation is sent.
admin-done-invitation-withdrawn = The invitation is withdrawn: its link is worth nothing.
admin-done-feed-revoked = The calendar is revoked: its address no longer works.
admin-done-round-opened = The round is open. Teachers are told.
admin-done-round-closed = The round is closed: no more wishes come in.
admin-done-round-reopened = The round takes wishes again.
admin-done-round-deleted = The round is deleted.
admin-done-round-archived = The round is archived: it is only read from now on.
admin-done-pinned = The class is fixed. The next solve leaves it there.
admin-done-unpinned = The class is not fixed any more.
admin-done-published = The plan is published. Calendars and mails follow.
admin-done-session-same = Nothing has changed: the class was at this hour already.
admin-done-session-moved = The class is moved. Its teachers are told.
admin-done-session-cancelled = The class is called off. Its teachers are told.
admin-done-waiting-deleted = The class does not wait any more.
admin-done-mail-resent = The mail goes out again.
admin-done-mail-withdrawn = The mail is withdrawn: it will not go out.
admin-done-webhook-deleted = The webhook is deleted.
admin-done-pinged = A test is on its way.
admin-done-token-revoked = The key is revoked.

# Groups
admin-groups-title = Groups
admin-groups-lead = The school’s classes, their halves and language groups. No pupil’s name: the headcount is enough.
admin-groups-none = No groups yet
admin-groups-none-text = Import the table of your classes, or add one with the form.
admin-groups-count = { $count ->
    [one] One group
   *[other] { $count } groups
 }
admin-groups-heads = { $count ->
    [0] no pupils
    [one] One pupil in all
   *[other] { $count } pupils in all
 }
admin-group-column = Group
admin-group-new = Add a group
admin-group-add = Add
admin-group-name = Name
admin-group-name-hint = As people say it: 4e F.
admin-group-headcount = Pupils
admin-group-attendance = Usual attendance, in per cent
admin-group-attendance-hint = 100 if every pupil connects.
admin-group-attendance-short = Attendance
admin-group-overlaps = Has pupils in common with
admin-group-overlaps-hint = These groups never have classes at the same time.
admin-group-with = pupils in common: { $groups }
admin-group-delete = Delete the group
admin-group-delete-sure = The group’s calendars go, too. A group with wishes or classes is kept.
admin-group-delete-do = Delete the group for good

# Import
admin-import-lead = One line a group or teacher, as the export writes it. Nothing changes until you have seen and confirmed the differences.
admin-import-do = Import
admin-import-groups-title = Import groups
admin-import-teachers-title = Import teachers
admin-import-groups-example = For example: name;headcount on the first line, then 4e F;27.
admin-import-teachers-example = For example: name;email on the first line, then Mrs Bernard;c.bernard@example.org.
admin-import-choose = Choose a table
admin-import-columns = Possible columns: { $columns }. Semicolons or commas.
admin-import-file = CSV file
admin-import-paste = Or paste the table here
admin-import-remove = Take away what is not in the table
admin-import-remove-hint = What wishes or classes name always stays.
admin-import-look = See what would change
admin-import-nothing = Choose a file or paste a table.
admin-import-added = New
admin-import-changed = Changed
admin-import-removed = Taken away
admin-import-unchanged = Unchanged
admin-import-findings = { $count ->
    [one] One correction is needed
   *[other] { $count } corrections are needed
 }
admin-import-findings-text = Mend the table, then look again. Nothing has changed.
admin-import-warnings = To look at before importing
admin-import-finding = { $place }: { $text }
admin-import-whole = Table
admin-import-line = line { $line }
admin-import-cell = line { $line }, column { $column }
admin-import-difference = What would change
admin-import-row = Name
admin-import-what = Change
admin-import-cells = Details
admin-import-new = new
admin-import-different = changed
admin-import-gone = taken away
admin-import-change = { $column }: { $before } → { $after }
# Columns as a table may name them; their cells where these have words of their own.
admin-column-name = name
admin-column-headcount = headcount
admin-column-attendance_percent = attendance
admin-column-attendance_percent-cell = { $cell }%
admin-column-email = email
admin-column-language = language
admin-column-link = link
admin-import-confirm = All is in order
admin-import-confirm-text = All of it is done at once, or nothing.
admin-import-outdated = Something has changed since you looked, and nothing was imported. This is what the table would change now.
admin-import-same = Nothing to change
admin-import-same-text = The table says what Créneau knows already.

# Teachers
admin-teachers-title = Teachers
admin-teachers-lead = Where mails go, in which language, and where their classes take place.
admin-teachers-none = No teachers yet
admin-teachers-none-text = Import the table of your teachers, or add one with the form. Invite them afterwards.
admin-teachers-count = { $count ->
    [one] One teacher
   *[other] { $count } teachers
 }
admin-teachers-joined = { $count ->
    [0] none has an account
    [one] One has an account
   *[other] { $count } have an account
 }
admin-teacher-column = Teacher
admin-teacher-new = Add a teacher
admin-teacher-add = Add
admin-teacher-name = Name
admin-teacher-name-hint = The one that colleagues and pupils know.
admin-teacher-email = E-mail address
admin-teacher-email-hint = Without an address, no mails and no invitation.
admin-teacher-language = Language of mails
admin-teacher-language-short = Language
admin-teacher-link = Usual virtual classroom
admin-teacher-link-hint = The https address where their classes take place.
admin-teacher-link-short = Classroom
admin-teacher-has-link = yes
admin-teacher-no-link = none
admin-teacher-joined = has an account
admin-teacher-invited = invited
admin-teacher-expired = invitation expired
admin-teacher-apart = not invited
admin-teacher-unreachable = no address
admin-teacher-shared = somebody else’s address
admin-teachers-invite = { $count ->
    [one] Invite the teacher without an account
   *[other] Invite the { $count } teachers without an account
}
admin-teacher-wishes = Wishes
admin-teacher-invite = Invite
admin-teacher-delete = Delete the teacher
admin-teacher-delete-sure = The teacher’s calendars, keys and mails go, too. Whoever has wishes or classes is kept.
admin-teacher-delete-do = Delete for good
admin-teacher-erase = Erase the person…

# Invitations
admin-invitations-title = Invitations
admin-invitations-lead = Who was invited as what, and who came. A link holds for seven days.
admin-invitations-none = No invitations yet
admin-invitations-none-text = Invite teachers from their list.
admin-invitations-list = Invitations
admin-invitations-open = { $count ->
    [0] none waits
    [one] One waits
   *[other] { $count } wait
 }
admin-invitation-whom = Person
admin-invitation-as = As
admin-invitation-sent = Sent
admin-invitation-by = by { $by }
admin-invitation-open = waits
admin-invitation-accepted = accepted
admin-invitation-expired = expired
admin-invitation-withdrawn = withdrawn
admin-invitation-resend = Send again
admin-invitation-withdraw = Withdraw
admin-invite-admin = Invite an admin
admin-invite-admin-lead = They may do all that you may in this school.
admin-invite-name = Name
admin-invite-send = Send the invitation
admin-role-operator = operator
admin-role-admin = admin
admin-role-teacher = teacher

# Erasing a person
admin-erase-title = Erase { $name }?
admin-erase-lead = This is what would go. Classes, plans and headcounts stay.
admin-erase-name = Name from now on
admin-erase-account = Account
admin-erase-account-goes = deleted
admin-erase-account-stays = stays, or there is none
admin-erase-mails = Mails deleted
admin-erase-invitations = Invitations deleted
admin-erase-feeds = Calendars cut
admin-erase-tokens = Keys deleted
admin-erase-wishes = Wishes whose remarks go
admin-erase-mentions = Mentions of the name taken out
admin-erase-stays = This cannot be taken back.
admin-erase-cannot = This person cannot be erased
admin-erase-confirm = Erase the person
admin-erase-sure = Yes, erase this person for good
admin-erase-unsure = Tick the box to confirm.
admin-erase-do = Erase

# Calendars
admin-feeds-title = Calendars to subscribe to
admin-feeds-lead = A secret link a group for pupils and parents, without an account. The link is shown once.
admin-feeds-none = No calendars yet
admin-feeds-none-text = Make one for a group with the form, then print the sheet with the QR code.
admin-feeds-list = Calendars
admin-feeds-count = { $count ->
    [one] One calendar
   *[other] { $count } calendars
 }
admin-feed-new = Make a calendar
admin-feed-make = Make it and show the link
admin-feed-make-group = Calendar for parents
admin-feed-kind = Whose
admin-feed-of-group = a group
admin-feed-of-teacher = a teacher
admin-feed-of-school = the whole school
admin-feed-group = Group
admin-feed-teacher = Teacher
admin-feed-whose = Choose the group or the teacher.
admin-feed-headcount = Without titles and names
admin-feed-headcount-hint = For a public place: only when, which groups and how many.
admin-feed-headcount-short = without titles and names
admin-feed-whose-column = Whose
admin-feed-since = Address since
admin-feed-read = Last read
admin-feed-never = never
admin-feed-replace = New address
admin-feed-revoke = Revoke
admin-feed-replace-sure = The present address stops working at once: whoever has subscribed must subscribe to the new one.
admin-feed-replace-do = Make a new address
admin-feed-revoke-sure = Whoever has subscribed sees no classes any more. This cannot be undone.
admin-feed-revoke-do = Revoke the calendar
admin-feed-lost = Has a link got lost?
admin-feed-lost-text = We do not keep it. Give the calendar a new address: the old one stops working at once.
admin-feed-made = Calendar: { $name }
admin-feed-made-lead = Print or copy it now: this page does not come back.
admin-feed-back = All calendars
admin-feed-sheet = The virtual classes of { $name }
admin-feed-sheet-text = Scan the code with a phone: you see the week and can subscribe to it. No account is needed.
admin-feed-scan = To scan with the camera
admin-feed-page = Address of the page
admin-feed-secret = Whoever has this link sees these classes: do not publish it.

# Capacity
admin-capacity-title = Capacity
admin-capacity-lead = How many connections at a time, by day and hour. What is published stays; the next plans keep to it.
admin-capacity-preview = If classes no longer fit, you see them before it is done.
admin-dated-title = Limits for certain days
admin-dated-new = Another limit on a day
admin-dated-lead = A maintenance, an exam: it goes before the grid.
admin-dated-add = Add
admin-dated-day = Day
admin-dated-hours = Hours
admin-dated-from = From
admin-dated-to = To
admin-dated-connections-hint = 0: no class in these hours.
admin-dated-count = { $count ->
    [one] One limit
   *[other] { $count } limits
 }
admin-dated-delete = Take away
admin-overloads-title = What no longer fits
admin-overloads-lead = Published classes above a limit that was lowered since. Nothing moves by itself.
admin-overloads-none = Everything fits
admin-overloads-none-text = No hour to come is above its limit.
admin-overloads-list = Hours that are too full
admin-overloads-count = { $count ->
    [one] One stretch is above its limit
   *[other] { $count } stretches are above their limits
 }
admin-overloads-notice = Published classes take more than the capacity allows.
admin-overloads-look = See which
admin-overloads-replan = Re-plan “{ $round }” with least change
admin-overload-when = { $from } – { $to }
admin-overload-over = { $count ->
    [one] one connection too many
   *[other] { $count } connections too many
 }
admin-cut-title = Lower the limit?
admin-cut-count = { $count ->
    [one] One stretch would no longer fit.
   *[other] { $count } stretches would no longer fit.
 }
admin-cut-ask = Do it all the same
admin-cut-lead = No class moves by itself. Their teachers and the admins get a mail; you can re-plan right afterwards.
admin-cut-sure = I confirm
admin-cut-do = Lower the limit

# School and closed days
admin-calendar-title = School and closed days
admin-calendar-lead = When classes may take place.
admin-calendar-hours = School and opening hours
admin-calendar-hours-hint = Such as 8:00-12:15, 13:15-18:00. Empty: closed.
admin-school-name = Name of the school
admin-school-zone = Time zone
admin-school-zone-hint = An IANA name: Europe/Paris, Indian/Reunion.
admin-school-language = Language
admin-calendar-holidays = Holidays and lunch
admin-holiday-zone = School holidays
admin-holiday-zone-none = none
admin-holiday-zone-a = zone A
admin-holiday-zone-b = zone B
admin-holiday-zone-c = zone C
admin-public = Public holidays
admin-public-none = none
admin-public-france = France
admin-public-alsace-moselle = Alsace-Moselle
admin-public-guadeloupe = Guadeloupe
admin-public-guyane = French Guiana
admin-public-martinique = Martinique
admin-public-mayotte = Mayotte
admin-public-la-reunion = Réunion
admin-public-saint-barthelemy = Saint Barthélemy
admin-lunch-all = Lunch break, every day
admin-lunch-day = Break on { $day }
admin-days-title = Special days
admin-days-new = Add days
admin-days-add = Add
admin-days-kind = Kind
admin-days-closed = closed
admin-days-open = open in spite of a holiday
admin-days-from = First day
admin-days-to = Last day
admin-days-to-hint = Empty: one day.
admin-days-reason = Reason
admin-days-when = When
admin-days-one = { $day } { $year }
admin-days-count = { $count ->
    [one] One entry
   *[other] { $count } entries
 }
admin-days-delete = Take away
admin-coming-title = Closed days to come
admin-coming-none = No closed day in the year to come.
admin-coming-not-covered = The holidays of a part of this year are not known yet.
admin-rules-title = Notice
admin-rules-lead = How late teachers may book, move and call off. You may at any time.
admin-rule-book = Book, minutes before
admin-rule-book-hint = 0: until the class begins.
admin-rule-move = Move, minutes before
admin-rule-move-hint = For the old and the new time.
admin-rule-cancel = Call off, minutes before
admin-rule-cancel-hint = 0: until the class begins.
admin-rule-hold = Hold a place, in minutes
admin-rule-hold-hint = The time to confirm a booking.
admin-rule-offer = Offer a place, in minutes
admin-rule-offer-hint = Before it is offered to the next on the waiting list.

# Rounds
admin-rounds-title = Rounds
admin-rounds-lead = A round collects the wishes of a period, places them and publishes the week.
admin-rounds-none = No rounds yet
admin-rounds-none-text = Groups and teachers are there. Check the capacity, then open a round with the form.
admin-rounds-none-first = Groups and teachers come first.
admin-first-groups = Import the groups
admin-first-teachers = Import the teachers
admin-first-capacity = Check the capacity
admin-rounds-list = The school’s rounds
admin-rounds-count = { $count ->
    [one] One round
   *[other] { $count } rounds
 }
admin-round-column = Round
admin-round-days = Period
admin-round-new = Open a round
admin-round-open = Open the round
admin-round-name = Name
admin-round-usual-name = Week of { $day }
admin-round-starts = First day
admin-round-ends = Last day
admin-round-closes = Wishes welcome until
admin-round-closes-hint = Empty: until you close the round. A reminder goes out the day before.
admin-round-step = Classes start every
admin-round-step-hint = 5 minutes spread connections better.
admin-round-until = until { $at }
admin-round-collecting = takes wishes
admin-round-closed = closed
admin-round-solving = being solved
admin-round-draft = draft
admin-round-published = published
admin-round-delete = Delete…
admin-round-delete-do = Delete the round
admin-round-delete-text = { $count ->
    [0] The round has no wishes. This cannot be undone.
    [one] One wish is deleted with it. This cannot be undone.
   *[other] { $count } wishes are deleted with it. This cannot be undone.
}
admin-round-delete-told = Those who entered them are told by mail.
admin-round-archived = archived
admin-round-remind = Remind those who have not answered
admin-round-close = Close the round
admin-round-reopen = Open again
admin-round-archive = Archive
admin-round-archive-text = It is only read from then on, and cannot be opened again.
admin-round-archive-do = Archive it for good
admin-round-watch = Follow the solve
admin-round-week = See the week
admin-round-answers = Answers
admin-round-waiting = { $count ->
    [0] everybody has answered
    [one] one has not answered
   *[other] { $count } have not answered
 }
admin-round-wishes = Wishes
admin-round-places = { $count ->
    [one] one connection
   *[other] { $count } connections in all
 }
admin-round-plans = Plans
admin-steps = Steps of the round
admin-step-wishes = Wishes
admin-step-answered = { $some } answers of { $all }
admin-step-solve = Solve
admin-step-solve-text = a place for each
admin-step-draft = Draft
admin-step-publish = Publication
admin-step-publish-text = calendars and mails
admin-times-title = End of wishes
admin-answers-title = Who has answered
admin-answer = Answer
admin-answer-yes = answered
admin-answer-no = not yet
admin-answer-nothing = nothing this time
admin-answer-wishes = { $count ->
    [one] one wish
   *[other] { $count } wishes
 }
admin-reminded = { $count ->
    [0] No reminder goes out.
    [one] One reminder goes out.
   *[other] { $count } reminders go out.
 }
admin-reminded-already = { $count ->
    [one] One had it today already.
   *[other] { $count } had it today already.
 }
admin-reminded-unwanted = { $count ->
    [one] One does not want any.
   *[other] { $count } do not want any.
 }
admin-reminded-no-address = { $count ->
    [one] One has no address.
   *[other] { $count } have no address.
 }
admin-solve-title = Solve
admin-solve-lead = Créneau looks for a place for each wish, and exceeds no capacity.
admin-solve-early = You may try it now: wishes keep coming in.
admin-solve-seconds = Time to search, in seconds
admin-solve-seconds-hint = Longer is better; 10 are enough for a usual school.
admin-solve-least = Move as few classes as can be
admin-solve-least-hint = A class moves only if it must, or to make room for another.
admin-solve-do = Solve
admin-live-title = Solving
admin-live-lead = You may close this page: solving goes on.
admin-live-queued = Waiting for a worker…
admin-live-running = Searching
admin-live-done = The plan is ready
admin-live-failed = Solving failed
admin-live-stopped = Solving was stopped
admin-live-time = { $spent } s of { $all } s
admin-live-cost = Cost of the plan
admin-live-cost-hint = by the wishes alone
admin-live-objective = What the search counts
admin-live-objective-hint = five minutes’ move cost 1; moving a class, and fairness, come on top
admin-live-bound = No plan counts less than
admin-live-bound-hint = proven
admin-live-unplaced-hint = in the best plan
admin-live-steps = Steps
admin-live-stop = Stop and keep the best plan
admin-live-again = Look again
admin-live-plan = See the plan
admin-live-round = Back to the round
admin-phase-reading = Reading the wishes
admin-phase-bound = Looking for a bound
admin-phase-construct = First plan
admin-phase-search = Improving
admin-phase-exact = Proof
admin-phase-done = Done

# Drafts
admin-plans-title = Plans
admin-plans-count = { $count ->
    [one] one plan
   *[other] { $count } plans
 }
admin-plan-column = Plan
admin-plan-of = Plan of { $when }
admin-plan-cost = Cost
admin-plan-without = Without a place
admin-plan-unplaced = { $count ->
    [0] no wish without a place
    [one] one wish without a place
   *[other] { $count } wishes without a place
 }
admin-plan-published = published
admin-plan-published-now = This plan is published.
admin-plan-outdated = outdated
admin-plan-outdated-text = Wishes, limits or other classes have changed since. Solve again from this plan.
admin-plan-draft = draft
admin-plan-compare = Compare with the latest
admin-plan-publish = Publish…
admin-plan-best = proven the best
admin-plan-best-kept = proven best while moving the least
admin-plan-gap = within { $percent } of the best there can be
admin-plan-gap-kept = within { $percent } of the best while moving the least
admin-plan-no-bound = no bound
admin-draft-lead = Round { $span }. Look at it from all sides before you publish.
admin-draft-again = Solve again with least change
admin-draft-first = Have their first choice
admin-draft-first-hint = no start suits them better
admin-draft-placed = Have a place
admin-draft-pins = Fixed classes
admin-draft-pins-hint = that solving does not move
admin-view-load = Load
admin-view-week = Week
admin-view-classes = Classes
admin-view-wishes = Disappointed wishes
admin-view-limits = Limits to raise
admin-filter-week = Week
admin-week-none = No class here
admin-week-none-text = Choose another group, teacher or week.
admin-curves-title = Before and after, against the capacity
admin-curves-wished = If everybody had their first choice
admin-curves-numbers = The numbers hour by hour
admin-curves-caption = Wished peak → planned peak / limit
admin-curves-caption-wished = Wished peak / limit
admin-curve-before = Wished: up to { $load } at { $time }, for { $limit } places.
admin-curve-after = Planned: up to { $load } at { $time }, for { $limit } places.
admin-class-column = Class
admin-class-wished = Wished
admin-class-planned = Planned
admin-class-none = no place
admin-class-as-wished = as wished
admin-class-pinned = fixed: { $when }
admin-class-cost = Cost
admin-class-weight = counts { $weight } times
admin-class-why = Why there
admin-class-better = The preferred starts
admin-class-back = Disappointed wishes
admin-class-free = Other free starts
admin-class-free-hint = in this plan
admin-class-start = Start
admin-disappointed = { $count ->
    [one] One disappointed wish
   *[other] { $count } disappointed wishes
 }
admin-disappointed-none = Nobody is disappointed
admin-disappointed-none-text = Every class has its first choice.
admin-reason-free = That start is free: a longer search would do better.
admin-relief = It would have taken { $raises }: the class would be on { $start }.
admin-raise = { $count ->
    [one] one more place ({ $pool }), { $from } – { $to }
   *[other] { $count } more places ({ $pool }), { $from } – { $to }
 }
admin-limits-title = One limit raised
admin-limits-hint = each tried by itself
admin-limits-none = No limit would help
admin-limits-none-text = People or groups are taken, or several limits together.
admin-limits-sad = Without their first choice
admin-limits-people = That no single limit would help
admin-limits-where = When and where
admin-limits-by = By how much
admin-limits-more = { $count } more
admin-limits-helps = Who gains
admin-limits-nearer = Nearer to the wishes by
admin-pin-title = Fix the class
admin-pin-lead = Every plan from then on leaves it there, even if the wish does not allow it.
admin-pin-start = Start
admin-pin-note = Why (optional)
admin-pin-do = Fix
admin-pin-undo = Let it go
admin-pin-here = Fix here
admin-compare-title = Two plans side by side
admin-compare-lead = From the plan of { $first } to that of { $second }.
admin-compare-choose = With which other plan of this round?
admin-compare-none = There is only one plan
admin-compare-none-text = Solve once more, then compare.
admin-compare-first = The first
admin-compare-second = The second
admin-compare-change = { $before } → { $after }
admin-compare-same = No difference
admin-compare-same-text = Both plans have every class in the same place.
admin-compare-classes = { $count ->
    [one] One class elsewhere
   *[other] { $count } classes elsewhere
 }
admin-compare-before = Before
admin-compare-after = After
admin-compare-mark = For it
admin-compare-better = better
admin-compare-worse = worse
admin-compare-equal = the same
admin-compare-teachers = For teachers
admin-compare-minutes = distance from the wishes, in all
admin-compare-without = { $count ->
    [one] and one wish without a class
   *[other] and { $count } wishes without a class
}
admin-compare-changed = Elsewhere
admin-publish-title = Who hears what
admin-publish-lead = Nothing is published yet. This is what would change, and for whom.
admin-publish-lead-again = The published plan stays as it is until you confirm. Here is what would change, and for whom.
admin-publish-back = Back to the plan
admin-publish-conflict = Nothing was published
admin-publish-conflict-text = Somebody published another plan while you were looking at this one. Here is what yours would change now: look, then publish if you still want to.
admin-publish-obstacles = This plan cannot be published as it is
admin-publish-obstacles-text = Something has changed since it was made. Solve again from it.
admin-publish-added = New classes
admin-publish-moved = Moved
admin-publish-cancelled = Called off
admin-publish-mail-count = Mails
admin-publish-confirm = Publish the plan
admin-publish-mails = { $count ->
    [0] No mail goes out; calendars follow.
    [one] One mail goes out, and calendars follow.
   *[other] { $count } mails go out, and calendars follow.
 }
admin-publish-do = Publish
admin-publish-nothing = Nothing would change
admin-publish-nothing-text = No class is new, moved or called off.
admin-publish-teachers = Teachers
admin-publish-groups = Groups
admin-publish-what = What changes
admin-publish-how = Told
admin-publish-by-mail = by mail
admin-publish-no-mail = no address
admin-publish-by-feed = by the calendar
admin-publish-n-added = { $count ->
    [one] one new
   *[other] { $count } new
 }
admin-publish-n-moved = { $count ->
    [one] one moved
   *[other] { $count } moved
 }
admin-publish-n-cancelled = { $count ->
    [one] one called off
   *[other] { $count } called off
 }
admin-publish-changes = { $count ->
    [one] One class changes
   *[other] { $count } classes change
 }
admin-publish-change = Change
admin-publish-new = new
admin-publish-other-time = moved
admin-publish-gone = called off
admin-publish-before = Before
admin-publish-after = After

# Published classes and the waiting list
admin-sessions-title = Classes and waiting list
admin-sessions-lead = Move or call off a published class; its teachers are told.
admin-sessions-none = No classes this week
admin-sessions-none-text = Publish a round, or go to another week.
admin-session-when = { $start } – { $end }
admin-session-time = When
admin-session-confirmed = takes place
admin-session-held = held
admin-session-cancelled = called off
admin-session-link = Classroom
admin-session-back = The week
admin-session-move = Move
admin-session-move-lead = Capacity and people are checked.
admin-session-start = New start
admin-session-insist = Go against the rules of wishes
admin-session-insist-hint = Breaks, order, impossible hours. Capacity holds all the same.
admin-session-move-do = Move the class
admin-session-cancel = Call the class off
admin-session-cancel-lead = Calendars and mails say so. This cannot be taken back.
admin-session-sure = Yes, call this class off
admin-session-unsure = Tick the box to confirm.
admin-session-cancel-do = Call off
admin-waiting-title = Waiting list
admin-waiting-count = { $count ->
    [0] no class waits
    [one] One class waits
   *[other] { $count } classes wait
 }
admin-waiting-when = Between
admin-waiting-between = { $from } and { $to }
admin-waiting-length = Length
admin-waiting-waits = waits
admin-waiting-offered = a place is offered
admin-waiting-delete = Take off the list
admin-waiting-delete-sure = This class loses its place in the list, and its teacher is told.
admin-waiting-delete-do = Take it off the list

# Mails, audit, programs
admin-outbox-title = Mails
admin-outbox-lead = What Créneau writes to teachers, where it stands and why.
admin-outbox-none = No mails
admin-outbox-none-text = They appear here as soon as a round opens or a plan is published.
admin-outbox-list = Mails
admin-outbox-all = All
admin-mail-column = Mail
admin-mail-kind = Kind
admin-mail-written = Written
admin-mail-queued = waiting
admin-mail-sending = on its way
admin-mail-sent = sent
admin-mail-failed = failed
admin-mail-until = not before { $at }
admin-mail-emptied = (emptied after its time)
admin-mail-resend = Send again
admin-mail-withdraw = Withdraw
event-round-opened = round opened
event-round-closing = reminder
event-round-deleted = round deleted
event-plan-published = plan published
event-sessions-changed = classes changed
event-place-offered = place offered
event-swap = swap
event-capacity-cut = capacity cut
event-load-alert = load above what was expected, or near a limit
event-sign-in = sign-in
event-invitation = invitation
event-ping = test
admin-audit-title = Audit
admin-audit-lead = Who did what, and when. Nothing is deleted from it.
admin-audit-list = Latest deeds
admin-audit-none = Nothing yet
admin-audit-none-text = Every change appears here.
audit-when = When
audit-who = Who
audit-what = What
audit-about = About
audit-person = person
audit-token = access key
admin-webhooks-title = Webhooks
admin-webhooks-lead = Programs that hear at once of what changes.
admin-webhooks-none = No webhooks
admin-webhooks-none-text = Add the address of a program, that of the school’s site for example.
admin-webhooks-list = Webhooks
admin-webhook-column = Program
admin-webhook-new = Add a webhook
admin-webhook-add = Add
admin-webhook-url = Address
admin-webhook-url-hint = https, on the public internet.
admin-webhook-what = What it is for
admin-webhook-events = News
admin-webhook-on = works
admin-webhook-off = off
admin-webhook-failing = does not arrive
admin-webhook-disabled = disabled after failures
admin-webhook-failing-since = Failing since
admin-webhook-nameless = Webhook
admin-webhook-back = All webhooks
admin-webhook-ping = Send a test
admin-webhook-switch-on = Switch on
admin-webhook-switch-off = Switch off
admin-webhook-rotate = New secret
admin-webhook-delete = Delete
admin-webhook-rotate-sure = The program must learn the new secret: the old one signs beside it for a day, then no more.
admin-webhook-rotate-do = Make a new secret
admin-webhook-delete-sure = The program hears nothing any more, and what waits to be sent to it is lost.
admin-webhook-delete-do = Delete the webhook
admin-webhook-change = Change the webhook
admin-webhook-secret = The secret that signs
admin-webhook-secret-text = Give it to the program now: it is shown once.
admin-deliveries = Latest deliveries
admin-deliveries-count = { $count ->
    [one] one delivery
   *[other] { $count } deliveries
 }
admin-delivery-queued = waiting
admin-delivery-sending = on its way
admin-delivery-sent = arrived
admin-delivery-failed = failed
admin-tokens-title = Access keys
admin-tokens-lead = For programs, or for a teacher without an address. A key is shown once.
admin-tokens-none = No keys
admin-tokens-none-text = Make one with the form when a program needs it.
admin-tokens-list = Keys
admin-token-new = Make a key
admin-token-make = Make the key
admin-token-label = What it is for
admin-token-whom = For
admin-token-admin = a program of the school
admin-token-days = Days it lasts
admin-token-days-hint = Empty: until it is revoked.
admin-token-read = Reading only
admin-token-reads = reading only
admin-token-until = until { $at }
admin-token-used = Used
admin-token-unused = never
admin-token-revoke = Revoke
admin-token-revoke-sure = Whoever uses this key is shut out at once. This cannot be undone.
admin-token-revoke-do = Revoke the key
admin-token-link = The teacher’s personal link
admin-token-link-text = Whoever opens this link, or scans this code, comes in as this teacher. Give it to nobody else.
admin-token-qr-alt = The personal link as a QR code
admin-token-address = Address of the link
admin-token-made = The new key
admin-token-made-text = Copy it now: it is shown once.
