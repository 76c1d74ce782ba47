select distinct 'Said by' what, '' answer, source || '.' sentence from sentence where source <> '';
