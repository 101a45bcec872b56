/** As far as this reads it. */
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly { readonly testResults: readonly { readonly title: string }[] }[];
}

/** Ends a run with one plain line, for whoever reads only the last; above it, what this machine could not cover. */
export default class ClosingLine {
  onRunComplete(
    _contexts: unknown,
    { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults }: Results,
  ): void {
    const titles = testResults.flatMap((file) => file.testResults.map(({ title }) => title));
    for (const title of titles) if (title.startsWith('NOT COVERED')) process.stdout.write(`\n${title}\n`);
    process.stdout.write(`\n${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`);
  }
}
