import {
  type FailedRequest,
  type Failure,
  problemTable,
  type RenderedFailure,
  renderProblem,
  unauthorized,
} from '../../http/index.js';

/** A missing permission looks like a missing key, so nobody learns which domains exist (spec/v1-dialect.md, Who may). */
const table = { ...problemTable, permission_missing: () => unauthorized };

export function render(failure: Failure, request: FailedRequest): RenderedFailure {
  return renderProblem(table, failure, request);
}
