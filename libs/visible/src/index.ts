// Text that people can see whole: which is, and how the rest is written. For
// names that we take, and for whatever is shown on a terminal: names and errors
// come from others, who may not be friends. And how long a text is. Leans on
// nothing.
export { isLongerThan } from './characters.js';
export { isVisible, MAX_NAME_LENGTH, visible, visibleJson, visibleLines, visibleValue } from './visible.js';
