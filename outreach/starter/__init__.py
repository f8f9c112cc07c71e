"""Makes a new campaign folder. In an installed package the files that it is made from stand here too."""
