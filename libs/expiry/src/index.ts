// What ends by itself: secrets, credentials, clients for a while. Who sees what
// ends soon, and when everybody is reminded of it. Persistence implements
// Endings and Reminders. Leans on #audit; nothing else.

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
