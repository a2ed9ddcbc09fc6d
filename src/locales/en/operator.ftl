# The operator's pages. The keys are the same in fr/operator.ftl: a test holds it.

op-over = Operator
op-name = Name
op-zone = Time zone
op-save = Save
op-delete = Delete
op-details = Settings
op-language = Language
op-language-hint = That of pages and mails for whoever has chosen no other.
op-find = Search
op-find-all = Show all
op-find-none = Nothing matches “{ $name }”.
op-pages = Pages of the list
op-page-previous = Previous page
op-page-next = Next page
op-delete-text = This cannot be undone.

# What has just been done
op-done-added = It is saved.
op-done-changed = The changes are saved.
op-done-deleted = It is deleted.
op-done-above = It is saved. Classes to come are above the limit now: their schools are told, nothing moves by itself.
op-done-invited = The invitation is on its way by e-mail.
op-done-resent = The invitation is sent again with a new link, for seven days.
op-done-withdrawn = It is withdrawn, from now on.
op-done-shared = The shares are saved.
op-done-painted = The limits are saved.

# What is wrong
op-finding-number = Give a whole number, 10,000,000 at most.
op-finding-date = Give a day and a time.

# Home
op-home-title = Overview
op-home-lead = Four steps, and a first school can collect wishes.
op-next = Next
op-next-own = Or begin with your own schools
op-step-done = done
op-step-platform = Describe a platform
op-step-platform-text = The service that schools share: e-lyco, e-primo, itslearning…
op-step-platform-button = Add a platform
op-step-pool = Say what it carries
op-step-pool-text = How many connections at a time; fewer at some hours, if need be.
op-step-pool-button = Set a limit
op-step-school = Enter a school
op-step-school-text = Its name, its platform, and how many connections it may open.
op-step-school-button = Add a school
op-step-admin = Invite who runs it
op-step-admin-text = This person enters groups and teachers, opens the round of wishes and publishes the week.
op-step-admin-button = Invite
op-demo-title = See Créneau at work
op-demo-text = An invented school: 16 groups, 31 teachers, nearly 200 wishes for the same hours. Its week is solved and published before your eyes, in a few seconds.
op-demo-button = Make the demo school
op-demo-made = The demo week is published
op-demo-made-text = The wishes of Collège Gabriel-Coste fit its limits. Look at it from every side.
op-demo-week = The week
op-demo-week-text = Every hour below the capacity, and all classes.
op-demo-week-button = See the week
op-demo-load = The load
op-demo-load-text = What an operator sees: every hour of the platform, and who fills it.
op-demo-load-button = See the map
op-demo-pupil = As a pupil
op-demo-pupil-text = The first group’s week, without an account. Keep this link: it is shown only once.
op-demo-pupil-button = Open its week
op-demo-admin = What comes next
op-demo-admin-text = Invite somebody to run it: they open the next round and see wishes arrive.
op-demo-admin-button = Invite an admin
op-peaks = Busiest hours
op-peaks-map = Load map
op-peaks-none = No shared limit is set yet: the load map begins with the first one.
op-peak = { $percent }: { $used } of { $limit } connections, { $when }
op-peak-expected = { $percent }: { $used } connections of classes and { $expected } expected from elsewhere, of { $limit }, { $when }
op-peak-observed = { $percent }: { $observed } of { $limit } connections were measured, { $when }
op-schools-count = { $count ->
    [0] no school
    [one] { $count } school
   *[other] { $count } schools
 }
op-platforms-count = { $count ->
    [0] no platform
    [one] { $count } platform
   *[other] { $count } platforms
 }
op-pools-count = { $count ->
    [0] no limit
    [one] { $count } limit
   *[other] { $count } limits
 }
op-people-count = { $count ->
    [0] nobody
    [one] { $count } person
   *[other] { $count } people
 }
op-invitations-open = { $count ->
    [one] { $count } open invitation
   *[other] { $count } open invitations
 }

# The load map
op-load-title = Load, { $span }
op-load-choose = Choose which limit to look at
op-pool = Shared limit
op-load-map = The week’s map
op-load-caption = The fullest five minutes of each hour, in per cent of the limit. A cell leads to the schools that fill it.
op-load-source = Published classes and bookings of all schools.
op-load-empty = No class this week. Go to another week, or wait for the next publication.
op-load-no-pool = Nothing to show yet
op-load-no-pool-text = The map shows limits that schools share. Add a platform and say what it carries.
op-pool-concurrent = { $limit } connections at a time at most.
op-pool-arrivals = { $limit } arrivals at most within { $window }.
op-pool-settings = Set the limits
op-pool-shares = Fair shares
op-cell = { $when }: { $used } of { $limit } connections, at { $at }
op-cell-observed = { $when }: { $observed } of { $limit } connections were measured, those of classes among them ({ $used } planned), at { $at }
op-cell-unknown = { $when }: no class, nothing measured and nothing expected
op-cell-expected = { $when }: { $used } connections of classes and { $expected } expected from elsewhere, of { $limit }, at { $at }
op-load-forecast = What is expected from elsewhere, by what was measured, is counted with them.
op-load-observed = Hours that are over show what was measured, classes among it.
op-load-no-forecast = What else the platform carries is not measured yet.
op-cell-none = there is no such hour on this day
op-legend-1 = below 40 %
op-legend-2 = below 70 %
op-legend-3 = below 90 %
op-legend-4 = up to 100 %
op-legend-5 = above
op-legend-special = special limit
op-press-title = Who fills this hour?
op-press-choose = Choose a cell of the map: the schools that have classes then appear here, the largest first.
op-press-sum = { $used } of { $limit } connections ({ $pool })
op-press-caption = Schools by connections
op-press-connections = Connections
op-press-part = Guaranteed part
op-press-beyond = beyond
op-press-week-of = The week of { $name }
op-press-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
 }
op-office-enter = Look after this school
op-office-choose = Choose the school to look after: open its page, then “Look after this school”.
op-school = School

# Platforms
op-platform = Platform
op-platforms-lead = A platform is a service that schools share, with what it carries.
op-platforms-all = All platforms
op-platforms-none = No platform
op-platforms-none-text = Add the first one: a name is enough, its limits come next.
op-platform-new = New platform
op-platform-add = Add the platform
op-platform-name-hint = What people call it, such as e-lyco.
op-platform-zone-hint = That of the hours of its limits.
op-platform-federation-hint = The login federation that its pupils pass first.
op-platform-without = No platform
op-platform-no-school = No school uses this platform yet.
op-pool-delete = Delete this limit
op-pool-delete-text = It holds for no school any more, from now on. Classes stay where they are. This cannot be undone.
op-school-delete = Delete this school
op-school-delete-text = Its rounds, past classes, calendars and everybody’s role in it are deleted with it. { $count ->
    [0] Nobody loses their account.
    [one] One person has no role anywhere else: that account is deleted, too.
   *[other] { $count } people have no role anywhere else: their accounts are deleted, too.
 } This cannot be undone.
op-platform-delete = Delete this platform
op-federation = Federation
op-federation-without = No federation
op-pools = Limits
op-pools-lead = All schools of the platform keep to them, also those that join later.
op-pools-none = No limit
op-pools-none-text = Without one, each school keeps only to its own. Say how many connections the platform carries.
op-pools-of-federation = Limits of its federation
op-pool-new = New limit
op-pool-new-lead = What a platform or a federation carries. Special hours and dates come next.
op-pool-add = Add the limit
op-pool-name-hint = Such as platform/e-lyco.
op-pool-kind = What is counted
op-pool-kind-concurrent = Connections that are open at the same time
op-pool-kind-arrivals = Connections that begin, such as those of a login federation
op-pool-window = Window, in minutes
op-pool-window-hint = For connections that begin: how many minutes count together.
op-pool-limit = Usual limit
op-pool-limit-hint = Connections at most, where nothing else is said.
op-pool-zone-hint = Empty: the platform’s, or each school’s.
op-owner = For whom?
op-owner-hint = This cannot be changed afterwards.
op-owner-none = Schools one by one
op-owner-platform = Platform { $name }
op-owner-federation = Federation { $name }

# Limits of a week and by date
op-weekly-lead = The limits of an ordinary week.
op-dated-limit = Connections at most
op-dated = Special dates
op-dated-lead = Maintenance, an exam, a breakdown: these limits go before those of the week.
op-dated-none = None yet.
op-dated-add = Add a date
op-dated-from = Begins
op-dated-to = Ends
op-dated-button = Add this limit
op-dated-delete-which = Delete the limit { $span }
op-cut-count = { $count ->
    [one] Some classes of one school would no longer fit.
   *[other] Some classes of { $count } schools would no longer fit.
 }
op-cut-caption = Schools of which some classes would no longer fit
op-cut-over = Connections too many, at most
op-cut-first = From
op-cut-lead = No class moves by itself. The teachers concerned and the admins of these schools get a mail at once.
op-cut-do = Lower the limit and tell them
op-moment = { $day } { $year }, { $time }
op-from-to = from { $from } to { $to }

# Fair shares
op-shares-title = Fair shares
op-shares-lead = A part of each limit is guaranteed to the schools by their weights, whatever the others do. The rest is for whoever comes first.
op-shares-percent = Guaranteed part, in per cent
op-shares-percent-hint = 0: nothing is guaranteed, all is common.
op-shares-guaranteed = Guaranteed connections
op-shares-common = Common connections
op-shares-caption = A school without a chosen weight weighs as much as it has pupils.
op-shares-weight = Weight
op-shares-own-weight = Chosen weight
op-shares-weight-of = Chosen weight of { $name }
op-shares-part = Guaranteed
op-shares-none = No school uses this limit
op-shares-none-text = Give schools this platform: their parts appear here.

# Federations
op-federations-lead = A login federation is the desk that pupils of several platforms pass first. It has limits, too.
op-federations-all = All federations
op-federations-none = No federation
op-federations-none-text = Add one if several platforms share their login page.
op-federation-new = New federation
op-federation-add = Add the federation
op-federation-name-hint = Such as Académie de Nantes.
op-federation-pools-lead = The schools of all its platforms keep to them.
op-federation-pools-none = Say how many arrivals it carries within some minutes.
op-federation-no-platform = No platform passes this federation: choose it in a platform’s settings.
op-federation-delete = Delete this federation

# Schools
op-uai = UAI code
op-uai-hint = Seven digits and a letter; may be left out.
op-schools-find = Find a school
op-schools-find-name = Name or UAI code
op-schools-none = No school
op-schools-none-text = Add the first one, then invite who runs it.
op-school-new = New school
op-school-new-lead = Its admin can change everything afterwards: hours, groups, teachers.
op-school-add = Add the school
op-school-name-hint = Such as Collège Jules-Verne.
op-school-limit = Connections at a time
op-school-limit-hint = How many its classes may have open together, teachers included.
op-school-platform-hint = The school keeps to its platform’s limits.
op-school-platform-button = Choose this platform
op-school-pools = Its limits
op-admins = Admins
op-admins-none = Nobody runs this school yet.
op-teachers-count = { $count ->
    [one] { $count } teacher has an account.
   *[other] { $count } teachers have an account.
 }
op-invite-admin = Invite an admin
op-invite-text = A link goes out by e-mail and holds for seven days.
op-invite-name = Their name
op-invite-name-hint = May be left out.
op-invite-button = Send the invitation

# People
op-people-lead = Everybody with a role. Pupils have no account.
op-people-find = Find somebody
op-people-find-name = Name or address
op-people-none = Nobody has a role yet.
op-roles = Roles
op-roles-cut = { $count ->
    [one] More people have such a name: type more of it.
   *[other] More than { $count } people have such a name: type more of it.
 }
op-roles-count = { $count ->
    [one] { $count } role
   *[other] { $count } roles
 }
op-role-operator = operator
op-role-admin = admin
op-role-teacher = teacher
op-invite-operator = Invite an operator
op-invite-operator-text = An operator sees and changes everything. Admins are invited on the page of their school.
op-invitations = Invitations
op-invitations-none = No invitation is waiting.
op-invitations-more = { $count ->
    [one] One more invitation: find it by its name, above.
   *[other] { $count } more invitations: find them by name, above.
 }
op-invitation-open = holds until { $day }
op-invitation-expired = expired on { $day }
op-resend = Send again
op-withdraw = Withdraw
op-withdraw-which = Withdraw the role of { $role } from { $name }
op-withdraw-text = Access ends at once, and so do keys made with this role. The account stays.
op-withdraw-button = Withdraw this role

# Audit
op-mails-link = Where their mails stand
op-mails-lead = What Créneau writes in no school’s name: sign-ins, invitations, news of load. Where it stands and why.
op-mails-none = They appear here as soon as somebody is invited or signs in by mail.
op-audit-lead = Who changed what, in all schools, the latest first.
op-audit-none = Nothing yet
op-audit-none-text = Every change appears here, with who made it.
op-audit-token = key
op-audit-older = Older
op-audit-latest = Back to the latest
