// Which states of the United States lie beside which: whoever is not at home is often just over the line.

const beside: Record<string, string> = {
  AL: 'FL GA MS TN', AK: '', AZ: 'CA CO NM NV UT', AR: 'LA MO MS OK TN TX', CA: 'AZ NV OR', CO: 'AZ KS NE NM OK UT WY',
  CT: 'MA NY RI', DE: 'MD NJ PA', DC: 'MD VA', FL: 'AL GA', GA: 'AL FL NC SC TN', HI: '', ID: 'MT NV OR UT WA WY',
  IL: 'IA IN KY MO WI', IN: 'IL KY MI OH', IA: 'IL MN MO NE SD WI', KS: 'CO MO NE OK', KY: 'IL IN MO OH TN VA WV',
  LA: 'AR MS TX', ME: 'NH', MD: 'DC DE PA VA WV', MA: 'CT NH NY RI VT', MI: 'IN OH WI', MN: 'IA ND SD WI',
  MS: 'AL AR LA TN', MO: 'AR IA IL KS KY NE OK TN', MT: 'ID ND SD WY', NE: 'CO IA KS MO SD WY', NV: 'AZ CA ID OR UT',
  NH: 'MA ME VT', NJ: 'DE NY PA', NM: 'AZ CO OK TX UT', NY: 'CT MA NJ PA VT', NC: 'GA SC TN VA', ND: 'MN MT SD',
  OH: 'IN KY MI PA WV', OK: 'AR CO KS MO NM TX', OR: 'CA ID NV WA', PA: 'DE MD NJ NY OH WV', RI: 'CT MA', SC: 'GA NC',
  SD: 'IA MN MT ND NE WY', TN: 'AL AR GA KY MO MS NC VA', TX: 'AR LA NM OK', UT: 'AZ CO ID NM NV WY', VT: 'MA NH NY',
  VA: 'DC KY MD NC TN WV', WA: 'ID OR', WV: 'KY MD OH PA VA', WI: 'IA IL MI MN', WY: 'CO ID MT NE SD UT',
};

/** ISO 3166-2 codes, in the order of their names as far as that is known here. */
export function neighboursOf(code: string): string[] {
  const list = code.startsWith('US-') ? beside[code.slice(3)] : undefined;
  return list ? list.split(' ').map((one) => `US-${one}`) : [];
}

/** "118 Larkspur Lane, Hamilton, MT 59840" is in Montana. A guess: it is only offered first. */
export function stateOfAddress(address: string): string | null {
  const found = /\b([A-Z]{2})\s+\d{5}\b/.exec(address);
  return found && found[1] !== undefined && Object.prototype.hasOwnProperty.call(beside, found[1]) ? `US-${found[1]}` : null;
}
