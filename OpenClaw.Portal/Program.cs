using OpenClaw.Portal.Hosting;

var call = CommandLine.Parse(args);
if (await call.TellAsync() is { } told) return told;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [.. call.Configuration], WebRootPath = PublishedFiles.WebRoot });
if (call.Health) return await HealthProbe.AskAsync(call.HealthOf, builder.Configuration["Urls"]);
var (settings, faults) = GatewayConfiguration.Read(builder.Configuration, builder.Environment.ContentRootPath);
if (settings is null) return await StartFaults.TellAsync(faults);

if (call.ResetPasswordOf is { } email) return await GatewayOnWeb.ResetPasswordAsync(settings.Gateway, email);
if (call.RemoveTwoFactorOf is { } address) return await GatewayOnWeb.RemoveTwoFactorAsync(settings.Gateway, address);
if (call.Copy) return await CopyVerb.RunAsync(builder.Configuration, settings.Gateway);
if (call.BackUpTo is { } folder) return await BackUpVerb.RunAsync(settings.Gateway, folder);

builder.AddGateway(settings.Gateway).AddPortal(settings);
var app = builder.Build();
app.MapPortal();
app.MapGateway();
return await StartFaults.RunAsync(app);
