// Preloaded into a server (NODE_OPTIONS): all it sees of this machine's clock is CLOCK_SHIFT_MS off.
const RealDate = Date;
const shift = Number(process.env.CLOCK_SHIFT_MS);

class ShiftedDate extends RealDate {
  constructor(...given: [] | [value: number | string | Date]) {
    if (given.length === 0) super(RealDate.now() + shift);
    else super(...given);
  }

  static override now() {
    return RealDate.now() + shift;
  }
}
// Nobody calls it without `new`, which a class does not allow.
globalThis.Date = ShiftedDate as DateConstructor;
