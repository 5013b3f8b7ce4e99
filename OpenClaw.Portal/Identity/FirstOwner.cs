using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Identity;

/// <summary>At start, while there is no owner: makes the one that the configuration names, or prints the code of the set-up.</summary>
internal sealed partial class FirstOwner(IServiceScopeFactory scopes, Installation installation, SetupCode code, GatewayOptions options, ILogger<FirstOwner> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await installation.IsOwnedAsync(cancellationToken)) return;
        if (options.Bootstrap is not { AdminEmail: { } email, AdminPassword: { } password })
        {
            LogSetup(options.At(Hosting.PortalPaths.Setup), code.Text);
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var (owner, faults) = await scope.ServiceProvider.GetRequiredService<OwnerSetup>().CreateAsync(new(email, password), cancellationToken);
        if (owner is not null) LogCreated(owner.Id);
        else throw new InvalidOperationException($"Bootstrap:AdminEmail, Bootstrap:AdminPassword: the owner could not be made. {string.Join(' ', faults)}");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
