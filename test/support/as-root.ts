/** Tests of what is different for root; elsewhere the run's last lines say that it was not looked at. */
export function describeAsRoot(name: string, tests: () => void): void {
  if (process.getuid?.() === 0) {
    describe(name, tests);
  } else {
    it(`NOT COVERED: ${name}: the tests do not run as root`, () => {});
  }
}
