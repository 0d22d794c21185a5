// The rates a recording can be played at.

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** The rate `step` places from `rate`. */
export function nextRate(rate, step) {
  const at = RATES.findIndex((known) => known >= rate);
  return RATES[Math.min(Math.max((at < 0 ? RATES.length - 1 : at) + step, 0), RATES.length - 1)];
}
