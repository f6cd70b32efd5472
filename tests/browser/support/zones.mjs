// Where it is noon: tests of a day do not end in another one, whenever they run.

/** A time zone whose day is half over now. */
export function zoneAtNoon(now = new Date()) {
  const west = now.getUTCHours() - 12;
  // Names of this kind count westwards: at Etc/GMT+5 it is five hours earlier than in Greenwich.
  return west === 0 ? 'Etc/GMT' : `Etc/GMT${west > 0 ? '+' : ''}${west}`;
}
