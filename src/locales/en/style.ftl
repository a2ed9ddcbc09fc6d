# The style page
style-title = Components
style-lead = The colours, signs and parts that pages are made of, in light and dark.
style-icons = Signs
style-light = Light
style-dark = Dark
style-sample = A sample
