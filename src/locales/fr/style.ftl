# La page des composants
style-title = Composants
style-lead = Les couleurs, les signes et les éléments dont les pages sont faites, en clair et en sombre.
style-icons = Signes
style-light = Clair
style-dark = Sombre
style-sample = Un exemple
