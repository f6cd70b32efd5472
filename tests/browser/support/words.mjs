// What the pages have to say, written down a second time by hand: a test that read the catalogues would find nothing wrong
// with them.

/** Buttons and fields on the way in. */
export const BUTTONS = {
  en: {
    go: /^(Get ready for my visit|Check camera and go in)$/,
    month: 'Month',
    day: 'Day',
    year: 'Year',
    next: 'Next',
    right: 'Yes, that is right',
    ready: 'I see and hear myself',
    soundOnly: 'Go on with sound only',
    questionDone: /^(Next|Done, take me to the waiting room)$/,
    letIn: /^Let .+ in$/,
    leave: 'Leave',
  },
  es: {
    go: /^(Prepararme para mi visita|Probar la cámara y entrar)$/,
    month: 'Mes',
    day: 'Día',
    year: 'Año',
    next: 'Siguiente',
    right: 'Sí, es correcto',
    ready: 'Me veo y me oigo',
    soundOnly: 'Seguir solo con sonido',
    questionDone: /^(Siguiente|Listo, ir a la sala de espera)$/,
    letIn: /^Dejar entrar a .+$/,
    leave: 'Salir',
  },
};

/** Beside faces stands who they are to the patient, in the words of whoever invited them. */
export const RELATIONS = '.face .sub';

/** How a role is called. */
export const ROLES = {
  en: {
    patient: 'patient',
    caregiver: 'family or friend',
    reviewing_physician: 'wrote the second opinion',
    treating_physician: 'treating doctor',
    coordinator: 'coordinator',
    interpreter: 'interpreter, Vietnamese',
    trainee: 'doctor in training',
    technical_helper: 'technical help',
  },
  es: {
    patient: 'paciente',
    caregiver: 'familiar o amistad',
    reviewing_physician: 'escribió la segunda opinión',
    treating_physician: 'a cargo del tratamiento',
    coordinator: 'coordinación',
    interpreter: 'intérprete, vietnamita',
    trainee: 'en formación médica',
    technical_helper: 'ayuda técnica',
  },
};

/** What stands on each page, whoever reads it. */
export const SENTENCES = {
  en: {
    invited: 'you are invited by',
    onlyForYou: 'This link is only for you.',
    born: 'When were you born?',
    patientBorn: 'When was the patient born?',
    state: 'Which state are you in today?',
    address: 'Where can help reach you?',
    check: 'Can you see yourself?',
    pictureGood: 'Picture: good',
    question: /^Step \d of \d: a few questions \(\d+ of \d+\)$/,
    nobodySees: 'Nobody sees or hears you yet',
    whoIsHere: 'Who is here',
    teamOpens: /lets you in soon\.$/,
    patientOpens: /is asked to let you in\.$/,
    ownControls: 'Mute me',
    atDesk: 'End visit',
    left: 'You have left the visit',
  },
  es: {
    invited: 'le invita',
    onlyForYou: 'Este enlace es solo para usted.',
    born: '¿Cuándo nació usted?',
    patientBorn: '¿Cuándo nació el paciente?',
    state: '¿En qué estado se encuentra usted hoy?',
    address: '¿Adónde podemos enviar ayuda?',
    check: '¿Puede verse?',
    pictureGood: 'Imagen: bien',
    question: /^Paso \d de \d: unas preguntas \(\d+ de \d+\)$/,
    nobodySees: 'Todavía nadie le ve ni le oye',
    whoIsHere: 'Quién está aquí',
    teamOpens: /pronto le deja entrar\.$/,
    patientOpens: /^Le preguntamos a .+ si puede entrar\.$/,
    ownControls: 'Silenciar',
    atDesk: 'Terminar la visita',
    left: 'Usted salió de la visita',
  },
};

/** Little words that no sentence does without, and that the other language does not have. */
const GIVEAWAYS = {
  en: /\b(the|and|your|you|please|with|is|are|this|here)\b/i,
  es: /[¿¡]|\b(el|una|usted|por|para|con|su|de)\b/i,
};

/** Where a page shows the words of the case, which nobody translates: the letter, its sections, titles. */
const CASE_WORDS = '.letter, .sections, .outcome, .who-sees, .bar .quiet';

/**
 * Everything on a page that is in another language than `language`: what can be read, and what screen readers are told. `more`
 * are selectors of what the case says in its own language as well.
 */
export function foreignWords(page, language, more = []) {
  const other = language === 'en' ? 'es' : 'en';
  const { source, flags } = GIVEAWAYS[other];
  return page.evaluate(
    ([other, source, flags, apart]) => {
      const giveaway = new RegExp(source, flags);
      const found = [];
      const look = (element, text) => {
        const own = element.closest(`[lang^="${other}"], script, noscript, style, ${apart}`);
        const words = text?.replace(/\s+/g, ' ').trim();
        if (words && !own && giveaway.test(words)) found.push(words);
      };
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) look(texts.currentNode.parentElement, texts.currentNode.data);
      for (const element of document.querySelectorAll('[aria-label], [title], [alt], [placeholder]')) {
        for (const name of ['aria-label', 'title', 'alt', 'placeholder']) look(element, element.getAttribute(name));
      }
      look(document.body, document.title);
      return found;
    },
    [other, source, flags, [CASE_WORDS, ...more].join()],
  );
}
