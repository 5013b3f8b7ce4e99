using System.Globalization;
using System.Net.Sockets;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Email.Preflight;

/// <summary>Tries the incoming server.</summary>
internal sealed class ImapPreflight(EmailSettings settings, SignIn signIn, HostCheck hosts, OutgoingConnector connector, TimeProvider time, List<PreflightCheck> checks)
{
    private const int FoldersShown = 20;
    private static readonly ImapTimeouts Timeouts = new() { Connect = TimeSpan.FromSeconds(10), Handshake = TimeSpan.FromSeconds(10), Command = TimeSpan.FromSeconds(15), Silence = TimeSpan.FromSeconds(10) };

    private string Server => string.Create(CultureInfo.InvariantCulture, $"{settings.Imap.Host}:{settings.Imap.Port}");

    /// <summary>The connection with the mailbox open; null when something was in the way.</summary>
    public async Task<ImapConnection?> RunAsync(CancellationToken cancellationToken)
    {
        var address = await hosts.RunAsync("imap.address", "imapHost", settings.Imap, cancellationToken);
        checks.Add(address);
        if (!address.Ok || await OpenAsync(cancellationToken) is not { } connection) return null;
        try
        {
            checks.Add(Capabilities(connection.Offered));
            if (await MailboxAsync(connection, cancellationToken) && await ProcessedAsync(connection, cancellationToken)) return connection;
        }
        catch (ImapException e)
        {
            checks.Add(new("imap.mailbox", false, e.Message, "Try again; if it stays so, ask the provider."));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    private async Task<ImapConnection?> OpenAsync(CancellationToken cancellationToken)
    {
        if (signIn is not { Credentials: { } credentials })
        {
            if (await ReachAsync(cancellationToken)) checks.Add(new("imap.login", false, signIn.Fault!.Message, signIn.Fault.Fix));
            return null;
        }

        try
        {
            var connection = await ImapConnection.OpenAsync(MailEndpoints.Imap(settings, credentials, Timeouts), connector.ConnectAsync, time, cancellationToken);
            checks.Add(Connected());
            checks.Add(TlsWords.Good("imap.tls", settings.Imap.Security, settings.AcceptsInvalidCertificates));
            checks.Add(new("imap.login", true, $"Signed in as {settings.User}."));
            return connection;
        }
        catch (ImapException e)
        {
            Explain(e);
        }
        catch (DestinationForbiddenException e)
        {
            checks.Add(new("imap.connect", false, e.Message, $"Ask the owner of the installation to allow it ({DestinationForbiddenException.Key})."));
        }

        return null;
    }

    private void Explain(ImapException fault)
    {
        switch (fault.Failure)
        {
            case ImapFailure.Tls:
                checks.Add(Connected());
                checks.Add(new("imap.tls", false, fault.Message, TlsWords.Fix(fault.Message, "imap", settings.Imap)));
                break;
            case ImapFailure.Authentication:
                checks.Add(Connected());
                checks.Add(TlsWords.Good("imap.tls", settings.Imap.Security, settings.AcceptsInvalidCertificates));
                checks.Add(new("imap.login", false, fault.Message, LoginWords.Fix(fault.Message, settings)));
                break;
            case ImapFailure.LimitReached:
                checks.Add(Connected());
                checks.Add(new("imap.login", false, fault.Message, "The mailbox has too many connections. Close other programs that use it, or wait some minutes."));
                break;
            case ImapFailure.Unreachable:
                checks.Add(new("imap.connect", false, fault.Message, "Check the port (imapPort; usual are 993 with TLS and 143 with STARTTLS), and that this machine may connect to it (firewall)."));
                break;
            default:
                checks.Add(new("imap.connect", false, fault.Message, $"{Server} answers, but not as an IMAP server does with this encryption. Usual are imapSecurity tls with port 993, and starttls with port 143."));
                break;
        }
    }

    private PreflightCheck Connected() => new("imap.connect", true, $"{Server} answers.");

    /// <summary>Without anything to sign in with there is still the port to try.</summary>
    private async Task<bool> ReachAsync(CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Timeouts.Connect, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await using var stream = await connector.ConnectAsync(settings.Imap.Host, settings.Imap.Port, either.Token);
            checks.Add(Connected());
            return true;
        }
        catch (Exception e) when (e is SocketException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Explain(new(ImapFailure.Unreachable, $"The mail server {Server} cannot be reached: {(e is SocketException ? e.Message.TrimEnd('.') : "it does not answer")}."));
            return false;
        }
    }

    private PreflightCheck Capabilities(ImapCapabilities offered)
    {
        List<string> words =
        [
            offered.Can("IDLE") ? "IDLE: the server tells of new mails at once." : string.Create(CultureInfo.InvariantCulture, $"No IDLE: new mails are looked for every {settings.Poll.TotalSeconds:0} s."),
            offered.Can("UIDPLUS") ? "UIDPLUS: single mails can be removed." : "No UIDPLUS: mails that are removed stay in the mailbox, marked as deleted.",
            offered.Can("MOVE") ? "MOVE: mails can be moved." : "No MOVE: mails that are moved are copied and marked as deleted.",
        ];
        return new("imap.capabilities", true, string.Join(' ', words));
    }

    private async Task<bool> MailboxAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var mailbox = await connection.SelectAsync(settings.Mailbox, readOnly: false, cancellationToken);
            checks.Add(mailbox.UidValidity == 0
                ? new("imap.mailbox", false, $"The folder {mailbox.Name} is there, but the server numbers no mails in it (UIDVALIDITY).", "Take another folder or another server: without numbers nobody can tell which mails were taken.")
                : new("imap.mailbox", true, string.Create(CultureInfo.InvariantCulture, $"The folder {mailbox.Name} is there, with {mailbox.Exists} mails. Mails that are there before the channel starts are not answered.")));
            return mailbox.UidValidity != 0;
        }
        catch (ImapException e) when (e.Failure is ImapFailure.NoSuchMailbox)
        {
            var folders = (await connection.ListAsync(cancellationToken)).Where(f => f.IsSelectable).Select(f => f.Name).ToList();
            var names = string.Join(", ", folders.Take(FoldersShown)) + (folders.Count > FoldersShown ? ", …" : "");
            checks.Add(new("imap.mailbox", false, $"There is no folder {settings.Mailbox}. {e.Message}", folders.Count == 0 ? "Set mailbox to INBOX." : $"Set mailbox to one of these: {names}."));
            return false;
        }
    }

    private async Task<bool> ProcessedAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        if (settings.ProcessedFolder is not { } folder) return true;
        if (connection.Selected is { IsReadOnly: true })
        {
            checks.Add(new("processedFolder", false, $"The folder {settings.Mailbox} may only be read, so mails cannot be moved out of it.", "Give the account the right to change it, or leave processedFolder empty."));
            return false;
        }

        var name = (await connection.NamespaceAsync(cancellationToken)).Of(folder);
        var isThere = (await connection.ListAsync(cancellationToken)).Any(f => f.IsSelectable && f.Name.Equals(name, StringComparison.Ordinal));
        checks.Add(new("processedFolder", true, isThere ? $"The folder {name} is there." : $"The folder {name} is made when the channel starts."));
        return true;
    }
}
