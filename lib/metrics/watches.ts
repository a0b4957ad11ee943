/** The variable by which a virtual user knows that it watches the target instead of loading it. */
export const WATCHES = 'WATCHES_TARGET';
