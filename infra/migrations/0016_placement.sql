-- In which room the newest weighing of a case says that it belongs. Filled by a rebuild of the views.
ALTER TABLE views.case_state ADD COLUMN fits_in text;
