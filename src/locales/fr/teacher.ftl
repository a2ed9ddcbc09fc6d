# Les écrans des enseignants
level-fine = convient
level-wish = souhaité
level-need = s’il le faut
level-never = impossible
grid-brush = Je peins avec
grid-fill-row = remplir cette heure
grid-fill-day = remplir ce jour
