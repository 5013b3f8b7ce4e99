using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Members;

namespace OpenClaw.Portal.Services;

/// <summary>An invitation that was made, and what became of the mail about it; null = this installation sends no mail.</summary>
public sealed record Invite(InvitationView Invitation, MailResult? Mail)
{
    /// <summary>What the person who invited should know of the mail.</summary>
    public string MailWords => Mail switch
    {
        null => "This installation sends no mail (Smtp:Host is not set): give the link to the person yourself.",
        MailResult.Sent => $"It was mailed to {Invitation.Email}.",
        MailResult.Queued => $"It is on its way by mail to {Invitation.Email}.",
        MailResult.Failed failed => $"It could not be mailed: {failed.Reason} Give the link to the person yourself.",
        _ => "",
    };
}

/// <summary>Invites people and mails them the link, where the installation can mail.</summary>
public sealed class Invites(Invitations invitations, ICatalog catalog, IServiceProvider services)
{
    /// <summary>Invites somebody.</summary>
    public async Task<(AdminResult<InvitationView> Result, Invite? Invite)> CreateAsync(Caller caller, NewInvitation input, CancellationToken cancellationToken = default) =>
        await MailAsync(caller, await invitations.CreateAsync(caller, input, cancellationToken), cancellationToken);

    /// <summary>Makes a new link and mails that one.</summary>
    public async Task<(AdminResult<InvitationView> Result, Invite? Invite)> RenewAsync(Caller caller, Guid invitation, int? days = null, CancellationToken cancellationToken = default) =>
        await MailAsync(caller, await invitations.RenewAsync(caller, invitation, days, cancellationToken), cancellationToken);

    private async Task<(AdminResult<InvitationView> Result, Invite? Invite)> MailAsync(Caller caller, AdminResult<InvitationView> result, CancellationToken cancellationToken)
    {
        if (result.Value is not { Link: { } link } invitation) return (result, null);
        if (services.GetService<IMailer>() is not { IsConfigured: true } mailer) return (result, new(invitation, null));
        return (result, new(invitation, await mailer.SendAsync(Mail(invitation, link, caller), cancellationToken)));
    }

    private MailMessage Mail(InvitationView invitation, Uri link, Caller caller)
    {
        var tenant = catalog.FindTenant(caller.Tenant)?.Name ?? "OpenClaw";
        var by = Line(invitation.InvitedBy);
        return new()
        {
            To = invitation.Email,
            Subject = $"You are invited to {Line(tenant)} on OpenClaw",
            Text = $"{by} invites you to take part in {Line(tenant)} on OpenClaw Gateway as {invitation.Role}.\n\nOpen this link to accept; it works until {invitation.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC:\n\n{link}\n\nIf you do not know what this is about, leave it: nothing happens without you.\n",
        };
    }

    /// <summary>Names are people's input: one line each.</summary>
    private static string Line(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
