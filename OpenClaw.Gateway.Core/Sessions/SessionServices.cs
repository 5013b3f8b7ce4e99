using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions.Removal;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>Live sessions and their mailboxes. Needs an <see cref="IMailboxHandler"/>.</summary>
internal static class SessionServices
{
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.TryAddSingleton<MessagePosition>();
        services.TryAddSingleton<ConversationStore>();
        services.TryAddSingleton(s => new Lazy<IMailboxHandler>(s.GetRequiredService<IMailboxHandler>));
        services.TryAddSingleton<ReplayingMessages>();
        services.TryAddSingleton<SessionTable>();
        services.TryAddSingleton<ISessionHub>(s => s.GetRequiredService<SessionTable>());
        services.TryAddSingleton<ILiveSessions>(s => s.GetRequiredService<SessionTable>());
        services.AddSingleton<ITenantRemoval>(s => s.GetRequiredService<SessionTable>());
        services.TryAddSingleton<ISessionIntake>(s => s.GetRequiredService<SessionTable>());
        return services.AddRemoval();
    }
}
