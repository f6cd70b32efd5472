declare module '*.json?words' {
  const words: import('./text').FirstWords;
  export default words;
}

declare module '*.json?words-staff' {
  const words: import('./text').LaterWords['staff'];
  export default words;
}

declare module '*.json?words-device' {
  const words: import('./text').LaterWords['device'];
  export default words;
}
