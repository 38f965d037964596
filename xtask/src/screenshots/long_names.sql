-- Names as long and as foreign as people make them, over the busy house.
BEGIN;
UPDATE jobs SET name = 'Nächtliche Sicherung der Bestellungen, Lieferungen und Rechnungen aller Niederlassungen' WHERE id = 2;
UPDATE jobs SET name = 'Ночное резервное копирование базы данных заказов и поставок' WHERE id = 3;
UPDATE jobs SET name = 'a_name_without_any_place_to_break_it_that_goes_on_and_on_as_generated_names_do_0123456789' WHERE id = 4;
UPDATE jobs SET spec = json_set(spec, '$.name', name);
UPDATE jobs SET spec = json_set(spec, '$.databases.names', json_array('tenant_0123456789_of_the_platform_with_all_of_its_regions_2026'))
WHERE id = 4;
UPDATE job_databases SET database = 'tenant_0123456789_of_the_platform_with_all_of_its_regions_2026' WHERE job_id = 4;
UPDATE servers SET name = 'production, first data centre, behind the bastion host (read-only replica)',
       connection = json_set(connection, '$.host', 'postgres-primary-0.postgres-headless.production.svc.cluster.local')
WHERE id = 2;
UPDATE backups SET server_name = (SELECT servers.name FROM servers JOIN jobs ON jobs.server_id = servers.id WHERE jobs.id = job_id),
       job_name = (SELECT name FROM jobs WHERE jobs.id = job_id);
UPDATE backups SET database = 'tenant_0123456789_of_the_platform_with_all_of_its_regions_2026' WHERE job_id = 4;
UPDATE backup_runs SET job_name = (SELECT name FROM jobs WHERE jobs.id = job_id);
UPDATE backup_runs SET error_message = error_message || ' The server said: ' ||
       'could not open file "pg_tblspc/16384/PG_16_202307071/16385/2619_of_a_path_that_does_not_break_anywhere": No such file or directory'
WHERE status = 'failed';
COMMIT;
