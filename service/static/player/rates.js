// The speeds a recording can be played at.

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** The speed `step` places from `rate`. */
export function stepped(rate, step) {
  const at = SPEEDS.findIndex((speed) => speed >= rate);
  return SPEEDS[Math.min(Math.max((at < 0 ? SPEEDS.length - 1 : at) + step, 0), SPEEDS.length - 1)];
}
