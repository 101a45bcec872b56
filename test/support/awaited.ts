/** What the present test waits for, to be named when its time is over. */
export const awaited = new Set<string>();
