using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Members;

/// <summary>
/// Somebody in a tenant, or invited into it. <c>State</c> is <c>member</c> (the id is the person's) or <c>invited</c> (the id is the
/// invitation's); what does not concern a state is absent.
/// </summary>
public sealed record MemberView(Guid Id, string State, string Email, string Role, DateTimeOffset CreatedAt)
{
    /// <summary>A member's name, where one was given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>When a member last signed in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastSignInAt { get; init; }

    /// <summary>Whether a member signs in with a second factor.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? TwoFactor { get; init; }

    /// <summary>Who invited.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? InvitedBy { get; init; }

    /// <summary>When an invitation's link stops working.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The address that an invited person opens; once only, in the answer that made it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Uri? Link { get; init; }

    /// <summary>Of somebody who takes part.</summary>
    public const string Member = "member";

    /// <summary>Of somebody who has not followed the link yet.</summary>
    public const string Invited = "invited";

    /// <summary>The role in the API's words.</summary>
    public static string Word(TenantRole role) => role.ToString().ToLowerInvariant();

    internal static MemberView Of(Membership row, Person person) =>
        new(row.PersonId, Member, person.Email ?? "", Word(row.Role), row.CreatedAt) { Name = person.Name, LastSignInAt = person.LastSignInAt, TwoFactor = person.TwoFactorEnabled };

    internal static MemberView Of(Invitation row) =>
        new(row.Id, Invited, row.Email, Word(row.Role), row.CreatedAt) { InvitedBy = row.InvitedBy, ExpiresAt = row.ExpiresAt };

    /// <summary>An invitation as a member to be, with its link where it was just made.</summary>
    public static MemberView Of(InvitationView invitation)
    {
        ArgumentNullException.ThrowIfNull(invitation);
        return new(invitation.Id, Invited, invitation.Email, invitation.Role, invitation.CreatedAt) { InvitedBy = invitation.InvitedBy, ExpiresAt = invitation.ExpiresAt, Link = invitation.Link };
    }
}
