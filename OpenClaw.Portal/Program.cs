using OpenClaw.Portal.Hosting;

var builder = WebApplication.CreateBuilder(args);
var (settings, faults) = GatewayConfiguration.Read(builder.Configuration, builder.Environment.ContentRootPath);
if (settings is null) return await StartFaults.TellAsync(faults);

builder.AddPortal(settings);
var app = builder.Build();
app.MapPortal();
return await StartFaults.RunAsync(app);
