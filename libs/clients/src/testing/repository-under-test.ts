import type { ClientRef } from '../client.entity.js';
import type { ClientRepository } from '../client.repository.js';
import type { RecordedWrite } from './in-memory-client.repository.js';

/** A repository to be held against the contract, and a look at what it has written into the audit. */
export interface RepositoryUnderTest {
  readonly repository: ClientRepository;
  /** The audit entries of one client, oldest first. */
  auditOf(ref: ClientRef): Promise<readonly RecordedWrite[]>;
  /** Makes it forget what it remembers. */
  forget?(): void;
  close?(): Promise<void>;
}
