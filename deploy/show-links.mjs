// Prints what deploy/try ends with: the links, and the QR code for a tablet.
//   show-links.mjs LINKS-JSON ADDRESS PORT SETUP-PORT

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [linksText, address, port, setupPort] = process.argv.slice(2);
const { links, staff } = JSON.parse(linksText);
const bedsidectl = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../build/release/bin/bedsidectl');
const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
const inWords = {
  patient: 'patient',
  caregiver: 'caregiver',
  reviewing_physician: 'physician who wrote the opinion',
  treating_physician: 'treating physician',
  coordinator: 'nurse coordinator',
};

console.log(bold('One link for each person. Open each in a browser window (or profile) of its own:'));
for (const link of links) {
  console.log(`\n  ${link.name}, ${inWords[link.role] ?? link.role}`);
  if (link.role === 'patient') console.log('  (asked for the date of birth: March 14, 1955)');
  if (link.role === 'caregiver') console.log("  (asked for the patient's date of birth: March 14, 1955)");
  console.log(`  ${link.url}`);
}
console.log(`\n${bold('The case page, with the opinion and, after the visit, its recording:')}`);
for (const link of staff.slice(0, 1)) console.log(`  ${link.name}\n  ${link.url}`);

console.log(`\n${bold('The sign-in of the staff. Choose one of the invented people:')}\n  ${new URL('/sign-in', links[0].url).href}`);

const patient = links.find((link) => link.role === 'patient');
if (setupPort !== '0') {
  const setup = `http://${address}:${setupPort}/`;
  console.log(`\n${bold('For a tablet on this network, scan first:')} ${setup}`);
  console.log("It hands over the development authority's certificate, with the steps for each device.");
  console.log(execFileSync(bedsidectl, ['qr', 'show', setup], { encoding: 'utf8' }));
  console.log(bold("Then the patient's link:"));
} else {
  console.log(`\n${bold("The patient's link as a QR code.")} It opens on this machine; for a tablet run deploy/try --host ADDRESS.`);
}
console.log(execFileSync(bedsidectl, ['qr', 'show', patient.url], { encoding: 'utf8' }));
console.log(`Port ${port}. The browser warns of the development certificate until var/try/certs/ca.pem is trusted.`);
