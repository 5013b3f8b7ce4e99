using OpenClaw.Portal.Hosting;

var builder = WebApplication.CreateBuilder(args);
var (settings, faults) = GatewayConfiguration.Read(builder.Configuration, builder.Environment.ContentRootPath);
if (settings is null) return await StartFaults.TellAsync(faults);

if (args is ["backup", var folder, ..]) return await GatewayOnWeb.BackUpAsync(settings.Gateway, folder);

builder.AddGateway(settings.Gateway).AddPortal(settings);
var app = builder.Build();
app.MapPortal();
app.MapGateway();
return await StartFaults.RunAsync(app);
