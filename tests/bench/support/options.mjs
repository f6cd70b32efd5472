// Words of a command line: --name value, or --name alone for the switches.

export function readOptions(words, { switches = [], values = {} }) {
  const options = { ...values, ...Object.fromEntries(switches.map((name) => [name, false])) };
  for (let i = 0; i < words.length; i++) {
    const name = words[i].replace(/^--/, '');
    if (words[i].startsWith('--') && switches.includes(name)) options[name] = true;
    else if (words[i].startsWith('--') && name in values && i + 1 < words.length) options[name] = words[++i];
    else {
      console.error(`unknown or incomplete: ${words[i]}; there are ${[...Object.keys(values), ...switches].map((known) => `--${known}`).join(' ')}`);
      process.exit(2);
    }
  }
  return options;
}
