mod baseline_file;
mod fixture;
mod observe;
mod reports;
