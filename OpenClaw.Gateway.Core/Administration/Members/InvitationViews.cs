using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Members;

/// <summary>Whom to invite. Everything is checked by <see cref="Invitations.CreateAsync"/>.</summary>
/// <param name="Email">Their address.</param>
/// <param name="Role"><c>viewer</c>, <c>operator</c> or <c>admin</c>.</param>
/// <param name="Days">For how many days the link works: 1 to 30; null = 7.</param>
public sealed record NewInvitation(string? Email, string? Role, int? Days = null);

/// <summary>An invitation as admins see it. <see cref="Link"/> is there once only, in the answer that made or renewed it.</summary>
public sealed record InvitationView(Guid Id, string Email, string Role, string InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, bool Expired)
{
    /// <summary>The address that the invited person opens.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Uri? Link { get; init; }

    internal static InvitationView Of(Invitation row, DateTimeOffset now) =>
        new(row.Id, row.Email, row.Role.ToString().ToLowerInvariant(), row.InvitedBy, row.CreatedAt, row.ExpiresAt, row.ExpiresAt <= now);
}

/// <summary>How it stands with an invitation that somebody follows.</summary>
public enum OfferState
{
    /// <summary>It can be taken.</summary>
    Open,

    /// <summary>It was taken.</summary>
    Accepted,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>The tenant is suspended.</summary>
    Suspended,
}

/// <summary>An invitation as the invited person sees it.</summary>
public sealed record InvitationOffer(Guid Id, Guid TenantId, string TenantSlug, string TenantName, string Email, TenantRole Role, string InvitedBy, OfferState State);
