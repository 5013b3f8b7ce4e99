using System.Net;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration.Memory;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Components;
using OpenClaw.Portal.Endpoints;
using OpenClaw.Portal.Endpoints.Archive;
using OpenClaw.Portal.Endpoints.Audit;
using OpenClaw.Portal.Endpoints.Held;
using OpenClaw.Portal.Hosting.Protection;
using OpenClaw.Portal.Hosting.Telemetry;
using OpenClaw.Portal.Identity;
using OpenClaw.Portal.Services;
using OpenClaw.Portal.Tenancy;
using Radzen;

namespace OpenClaw.Portal.Hosting;

/// <summary>The portal wired: services, then the chain that a request goes through.</summary>
internal static class PortalHost
{
    public static WebApplicationBuilder AddPortal(this WebApplicationBuilder builder, PortalSettings settings)
    {
        // without launch settings `dotnet run` is Production, where build output would not serve _content and _framework
        builder.WebHost.UseStaticWebAssets();
        QuietFramework(builder);
        builder.AddTelemetryExport(settings.Telemetry);
        StartFaults.Quiet(builder.Logging);
        builder.WebHost.UseUrls(settings.Urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSystemd(); // tells systemd when it is ready; nothing elsewhere
        builder.Services.AddPortalIdentity();
        builder.Services.AddPortalTenancy();
        builder.Services.AddPortalPages(settings);
        builder.Services.AddPortalServices();
        builder.Services.AddSingleton<AccountGate>();
        builder.Services.Configure<RateLimiterOptions>(limits => limits.OnRejected = (refused, _) =>
        {
            Refusals.SetRetryAfter(refused.HttpContext.Response, refused.Lease);
            return ValueTask.CompletedTask;
        });
        return builder;
    }

    public static WebApplication MapPortal(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseBasePath(app.Services.GetRequiredService<GatewayOptions>().PublicUrl);
        app.UseSecurityHeaders();
        app.UseExceptionHandler("/" + PortalPaths.Error, createScopeForErrors: true);
        app.UseWhen(MachineAnswers.IsMachine, MachineAnswers.UseProblems);
        app.UseWhen(IsPage, pages => pages.UseStatusCodePagesWithReExecute("/" + PortalPaths.NotFound, "?status={0}", createScopeForStatusCodePages: true).Use(ShowFault).Use(FormSizes.InvokeAsync));
        app.UseRouting();
        app.UseRateLimiter();
        app.Use(app.Services.GetRequiredService<AccountGate>().InvokeAsync);
        app.UseAuthentication();
        app.UseMiddleware<SetupGate>();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapSignOut();
        app.MapPasskeys();
        app.MapChat();
        app.MapAuditDownloads();
        app.MapArchiveDownloads();
        app.MapHeldDownloads();
        app.MapSelectionExport();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    /// <summary>The lowest source: a file, the environment or the command line can say otherwise.</summary>
    private static void QuietFramework(WebApplicationBuilder builder) =>
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                new("Logging:LogLevel:Default", "Information"),
                new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"),
                new("Logging:LogLevel:Microsoft.EntityFrameworkCore", "Warning"),
                new("Logging:LogLevel:System.Net.Http", "Warning"),
                new("Logging:LogLevel:Quartz", "Warning"),
            ],
        });

    /// <summary>The API, sockets, chat and probes answer for themselves, never with a page.</summary>
    private static bool IsPage(HttpContext context) => !MachineAnswers.IsMachine(context);

    /// <summary>A page shown in place of a refused form is got, not sent to: as a form it would be refused again, for want of a token.</summary>
    private static Task ShowFault(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null) context.Request.Method = HttpMethods.Get;
        return next(context);
    }

    private static void AddPortalPages(this IServiceCollection services, PortalSettings settings)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(options => options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromSeconds(60));
        services.AddRadzenComponents();
        services.AddSingleton(new TraceLinks(settings.Telemetry.TraceOf));
        services.AddHttpContextAccessor();
        services.AddAntiforgery(options =>
        {
            options.SuppressXFrameOptionsHeader = true; // frame-ancestors says it
            options.Cookie.Name = "openclaw.form";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.Configure<ForwardedHeadersOptions>(options => Trust(options, settings.KnownProxies));
    }

    private static void Trust(ForwardedHeadersOptions options, IReadOnlyList<string> proxies)
    {
        options.ForwardedHeaders = proxies.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            if (IPAddress.TryParse(proxy, out var address)) options.KnownProxies.Add(address);
            else options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
    }
}
