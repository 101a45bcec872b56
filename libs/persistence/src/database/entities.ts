import { AuditEntry } from '#audit';
import { Client, ClientSecret } from '#clients';
import { Credential } from '#credentials';
import { Domain } from '#domains';
import { ClientSighting } from './entities/client-sighting.entity.js';
import { DomainLog } from './entities/domain-log.entity.js';
import { RateWindow } from './entities/rate-window.entity.js';
import { Replay } from './entities/replay.entity.js';
import { ServerSetting } from './entities/server-setting.entity.js';

/** All tables with an entity: those of the cores, and those that only persistence knows. */
export const ENTITIES = [
  AuditEntry,
  Client,
  ClientSecret,
  ClientSighting,
  Credential,
  Domain,
  DomainLog,
  RateWindow,
  Replay,
  ServerSetting,
];
