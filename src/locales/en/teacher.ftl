# The teachers’ screens
level-fine = fine
level-wish = wish
level-need = if need be
level-never = impossible
grid-brush = I paint with
grid-fill-row = fill this hour
grid-fill-day = fill this day
