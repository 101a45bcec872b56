// What expires: secrets, credentials, clients for a while. Says who sees what
// expires soon, and when there are reminders. Persistence implements Endings and
// Reminders. Imports #audit and nothing else.

export {
  ENDING_KINDS,
  type Ending,
  type EndingKind,
  type EndingPosition,
  type EndingQuery,
  Endings,
  type Maker,
  positionOf,
  type Rights,
} from './endings.js';
export { REMINDER_DAYS, Reminders } from './reminders.js';
