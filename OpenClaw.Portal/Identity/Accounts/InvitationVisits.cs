using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>What somebody who follows an invitation's link meets.</summary>
internal enum VisitState
{
    /// <summary>No such invitation (any more).</summary>
    Unknown,

    /// <summary>Taken already.</summary>
    Accepted,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>The tenant is suspended.</summary>
    Suspended,

    /// <summary>Signed in with the invited address: may accept.</summary>
    MayAccept,

    /// <summary>Signed in with another address.</summary>
    OtherAccount,

    /// <summary>There is an account with the invited address: sign in first.</summary>
    SignInFirst,

    /// <summary>Nobody has the invited address: may make an account.</summary>
    MayJoin,
}

/// <summary>The state of a visit and the offer, where there is one.</summary>
internal sealed record InvitationVisit(VisitState State, InvitationOffer? Offer);

/// <summary>Follows invitations: into the present account, or into a new one.</summary>
internal sealed class InvitationVisits(InvitationOffers offers, PersonDb db, UserManager<Person> people, TimeProvider time)
{
    private readonly PersonDb _db = db;

    public async Task<InvitationVisit> LookAsync(string? token, ClaimsPrincipal visitor, CancellationToken cancellationToken)
    {
        if (await offers.FindAsync(token, cancellationToken) is not { } offer) return new(VisitState.Unknown, null);
        var state = offer.State switch
        {
            OfferState.Accepted => VisitState.Accepted,
            OfferState.Expired => VisitState.Expired,
            OfferState.Suspended => VisitState.Suspended,
            _ when visitor.Identity?.IsAuthenticated == true => await IsInvitedAsync(offer, visitor) ? VisitState.MayAccept : VisitState.OtherAccount,
            _ => await people.FindByEmailAsync(offer.Email) is null ? VisitState.MayJoin : VisitState.SignInFirst,
        };
        return new(state, offer);
    }

    /// <summary>Takes the place with the signed-in account; false when it cannot be taken (any more).</summary>
    public async Task<bool> AcceptAsync(string token, ClaimsPrincipal visitor, string? address, CancellationToken cancellationToken)
    {
        if (await offers.FindAsync(token, cancellationToken) is not { } offer || !await IsInvitedAsync(offer, visitor)) return false;
        var person = (await people.GetUserAsync(visitor))!;
        if (!await offers.StageAsync(_db.Context, token, person, address, cancellationToken)) return false;
        await _db.Context.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <summary>Makes an account for the invited address and takes the place, in one transaction. Null and faults when it cannot.</summary>
    public async Task<(Person? Person, Faults Faults)> JoinAsync(string token, string? name, string password, string? address, CancellationToken cancellationToken)
    {
        name = name?.Trim() is { Length: > 0 } text ? text : null;
        if (name is not null && (!NameRule.Fits(name) || name.Any(char.IsControl))) return (null, Faults.At("Name", NameRule.Fault));
        if (await offers.FindAsync(token, cancellationToken) is not { State: OfferState.Open } offer) return (null, Gone);
        var now = time.GetUtcNow();
        var person = new Person { Id = Guid.CreateVersion7(now), UserName = offer.Email, Email = offer.Email, EmailConfirmed = true, Name = name, CreatedAt = now };
        if (!await offers.StageAsync(_db.Context, token, person, address, cancellationToken)) return (null, Gone);
        var result = await people.CreateAsync(person, password);
        return result.Succeeded ? (person, Faults.None) : (null, Faults.At("", string.Join(' ', result.Errors.Select(e => e.Description))));
    }

    private static Faults Gone => Faults.At("", "This invitation cannot be taken any more. Open its link again to see why.");

    private async Task<bool> IsInvitedAsync(InvitationOffer offer, ClaimsPrincipal visitor) =>
        await people.GetUserAsync(visitor) is { } person && person.NormalizedEmail == people.NormalizeEmail(offer.Email);
}
