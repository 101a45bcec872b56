// The list of published APIs. Modules, error answers, OpenAPI pages and tests
// read it. Another dialect is a folder beside these and a line in this list.
import type { Dialect } from '../http/index.js';
import { accounts } from './accounts/index.js';
import { v1Domain } from './v1-domain/index.js';

export const dialects: readonly Dialect[] = [accounts, v1Domain];
