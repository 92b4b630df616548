/** As real as an account number can be on one machine. */
export const ACCOUNT_ID = '000000000000';
