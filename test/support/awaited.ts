/** What the present test waits for, each in words, to be told when its time is over. */
export const awaited = new Set<() => string>();
