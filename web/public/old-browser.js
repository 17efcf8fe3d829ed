// Loaded only by browsers without modules. The plain form needs no script; other pages show their sentence.
document.documentElement.className += ' ly-old';
