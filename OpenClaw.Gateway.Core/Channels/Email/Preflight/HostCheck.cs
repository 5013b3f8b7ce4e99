using System.Net;
using System.Net.Sockets;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Email.Preflight;

/// <summary>Whether a server's name leads anywhere that this gateway may go.</summary>
internal sealed class HostCheck(IHostResolver resolver, OutgoingGuard guard, TimeProvider time)
{
    private const int Shown = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<PreflightCheck> RunAsync(string check, string setting, MailServer server, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            var found = await resolver.ResolveAsync(server.Host, either.Token);
            if (found.Count == 0) return Unknown("It has no address.");
            guard.Vet(server.Host, found, server.Port);
            return new(check, true, IPAddress.TryParse(server.Host, out _) ? $"{server.Host} is an address." : $"{server.Host} is {string.Join(", ", found.Take(Shown))}.");
        }
        catch (DestinationForbiddenException e)
        {
            return new(check, false, e.Message, $"Use a public server, or ask the owner of the installation to allow this one under Installation, Network ({DestinationForbiddenException.Key}).");
        }
        catch (SocketException e)
        {
            return Unknown(e.SocketErrorCode is SocketError.TryAgain ? "The name server does not answer." : "There is no such name.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unknown("The name server does not answer.");
        }

        PreflightCheck Unknown(string why) => new(check, false, $"{server.Host} cannot be resolved. {why}", $"Check the name of the server ({setting}): your provider's pages on mail programs have it.");
    }
}
