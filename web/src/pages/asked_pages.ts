// What only people who are asked something before a visit load.

export { AnswerKeeper } from '../protocol/answer_keeper';
export { CrisisPage } from './crisis';
export { placeOf, PlacePage } from './place';
export { hasOpenQuestions, QuestionsPage } from './questions';
